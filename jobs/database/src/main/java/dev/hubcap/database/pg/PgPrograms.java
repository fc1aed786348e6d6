package dev.hubcap.database.pg;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The installed programs of PostgreSQL. For a server the ones of its own version are taken, else
 * the next newer ones: an older {@code pg_dump} refuses a newer server, and what a much newer
 * {@code pg_restore} says is not understood by an older server.
 */
public final class PgPrograms {

  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) ((\\d+)\\S*)");
  private static final int SECONDS_TO_ANSWER = 10;

  private final List<Path> folders;

  /**
   * Those in these folders.
   *
   * @param folders in order of preference
   */
  public PgPrograms(List<Path> folders) {
    this.folders = List.copyOf(folders);
  }

  /**
   * Those of this machine: only the configured ones if there are any, else what Debian's packages
   * and the search path have.
   *
   * @param configured a folder with the programs, or {@code pg_dump} itself
   */
  public static PgPrograms installed(Optional<Path> configured, Map<String, String> env) {
    if (configured.isPresent()) {
      Path named = configured.get().toAbsolutePath();
      return new PgPrograms(
          List.of(Files.isDirectory(named) ? named : named.resolveSibling("").normalize()));
    }
    var folders = new ArrayList<Path>();
    if (Files.isDirectory(DEBIAN)) {
      try (Stream<Path> versions = Files.list(DEBIAN)) {
        versions.map(version -> version.resolve("bin")).forEach(folders::add);
      } catch (IOException e) {
        // What cannot be listed has nothing for this user.
      }
    }
    for (String folder : env.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (!folder.isBlank()) {
        folders.add(Path.of(folder));
      }
    }
    return new PgPrograms(folders);
  }

  /** The {@code pg_dump} for a server. */
  public PgProgram dump(int server) {
    return fitting("pg_dump", server, "the server, PostgreSQL " + server);
  }

  /** The {@code pg_restore} for a server and what a {@code pg_dump} of that version wrote. */
  public PgProgram restore(int server, int dump) {
    return dump > server
        ? fitting("pg_restore", dump, "the pg_dump that made the backup, of PostgreSQL " + dump)
        : fitting("pg_restore", server, "the server, PostgreSQL " + server);
  }

  private PgProgram fitting(String name, int wanted, String whose) {
    List<PgProgram> found = found(name);
    return found.stream()
        .filter(program -> program.major() >= wanted)
        .min(Comparator.comparingInt(PgProgram::major))
        .orElseThrow(() -> new ProgramFailed(missing(name, wanted, whose, found)));
  }

  private String missing(String name, int wanted, String whose, List<PgProgram> found) {
    String what =
        found.stream()
            .max(Comparator.comparingInt(PgProgram::major))
            .map(newest -> "%s is older than %s.".formatted(newest, whose))
            .orElseGet(
                () ->
                    "There is no %s in %s, and it needs one for %s."
                        .formatted(
                            name,
                            String.join(", ", folders.stream().map(Path::toString).toList()),
                            whose));
    return """
    %s Install PostgreSQL's programs of version %d or later: on Debian and Ubuntu, apt-get install \
    postgresql-client-%d (from PostgreSQL's own repository, apt.postgresql.org, where the distribution has no such \
    package); or name their folder in hubcap.backup.pg-dump.\
    """
        .formatted(what, wanted, wanted);
  }

  private List<PgProgram> found(String name) {
    return folders.stream()
        .map(folder -> folder.resolve(name))
        .filter(Files::isExecutable)
        .distinct()
        .map(PgPrograms::program)
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<PgProgram> program(Path path) {
    try {
      Process process =
          new ProcessBuilder(path.toString(), "--version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(SECONDS_TO_ANSWER, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      var version = VERSION.matcher(text);
      return version.find()
          ? Optional.of(new PgProgram(path, Integer.parseInt(version.group(2)), version.group(1)))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
