package dev.hubcap.migrations;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;

/**
 * The numbered SQL files that this program carries, without a gap from 1 on, and the roles that
 * they need.
 *
 * @param byVersion the text of each file by its version
 * @param names the name of each file by its version
 * @param roles the text of {@code roles.sql}
 */
record MigrationFiles(
    SortedMap<Integer, String> byVersion, SortedMap<Integer, String> names, String roles) {

  private static final String FOLDER = "/dev/hubcap/migrations/sql/";
  private static final Pattern NAME = Pattern.compile("V([0-9]{4})__[a-z0-9_]+\\.sql");

  MigrationFiles {
    int expected = 1;
    for (int version : byVersion.keySet()) {
      if (version != expected) {
        throw new SchemaRefused(
            "Migration V%04d is missing from this program, which carries %s; this build is broken, install it again."
                .formatted(expected, names.get(version)));
      }
      expected++;
    }
  }

  /** The files inside this program's jar, or in its build folder. */
  static MigrationFiles ofProgram() {
    URL roles = resource("roles.sql");
    var files = new TreeMap<String, String>();
    for (String name : namesBeside(roles)) {
      files.put(name, text(resource(name)));
    }
    return of(files, text(roles));
  }

  static MigrationFiles of(Map<String, String> files, String roles) {
    var byVersion = new TreeMap<Integer, String>();
    var names = new TreeMap<Integer, String>();
    files.forEach(
        (name, sql) -> {
          var matcher = NAME.matcher(name);
          if (!matcher.matches()) {
            throw new SchemaRefused(
                "Migration file %s has a name that is not of the form V0001__verb_object.sql."
                    .formatted(name));
          }
          int version = Integer.parseInt(matcher.group(1));
          byVersion.put(version, sql);
          String other = names.put(version, name);
          if (other != null) {
            throw new SchemaRefused(
                "Migration files %s and %s have the same version.".formatted(other, name));
          }
        });
    return new MigrationFiles(byVersion, names, roles);
  }

  /** The version that this program needs; 0 if it carries no file. */
  int wantedVersion() {
    return byVersion.isEmpty() ? 0 : byVersion.lastKey();
  }

  /** Only the files up to that version, as an earlier release carried them. */
  MigrationFiles upTo(int version) {
    return new MigrationFiles(
        new TreeMap<>(byVersion.headMap(version + 1)),
        new TreeMap<>(names.headMap(version + 1)),
        roles);
  }

  /** What a database of that version has not yet, in order. */
  List<PendingMigration> after(int version) {
    return names.tailMap(version + 1).entrySet().stream()
        .map(
            entry ->
                PendingMigration.of(entry.getValue(), byVersion.getOrDefault(entry.getKey(), "")))
        .toList();
  }

  private static List<String> namesBeside(URL roles) {
    try {
      var names = new ArrayList<String>();
      if (roles.openConnection() instanceof JarURLConnection jar) {
        jar.getJarFile().stream()
            .map(ZipEntry::getName)
            .filter(entry -> entry.startsWith(FOLDER.substring(1)))
            .map(entry -> entry.substring(FOLDER.length() - 1))
            .forEach(names::add);
      } else {
        try (var files = Files.list(Path.of(roles.toURI()).resolveSibling("."))) {
          files.map(file -> file.getFileName().toString()).forEach(names::add);
        }
      }
      names.removeIf(name -> !name.startsWith("V"));
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("not the address of a file: " + roles, e);
    }
  }

  private static URL resource(String name) {
    URL url = MigrationFiles.class.getResource(FOLDER + name);
    if (url == null) {
      throw new SchemaRefused(
          "%s is missing from this program; this build is broken, install it again."
              .formatted(name));
    }
    return url;
  }

  private static String text(URL url) {
    try (InputStream in = url.openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
