package dev.hubcap.hypervisor.simulated;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Small files in a folder, each written whole or not at all. */
final class SmallFiles {

  private static final String NEXT = ".next";

  private final Path folder;

  SmallFiles(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  boolean has(String name) {
    return Files.exists(folder.resolve(name));
  }

  /** What is in a file; nothing if it is not there. */
  Map<String, String> read(String name) {
    var properties = new Properties();
    try {
      properties.load(new StringReader(Files.readString(folder.resolve(name))));
    } catch (NoSuchFileException none) {
      return Map.of();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    var read = new HashMap<String, String>();
    properties.forEach((key, value) -> read.put(key.toString(), value.toString()));
    return read;
  }

  void write(String name, Map<String, String> values) {
    var properties = new Properties();
    properties.putAll(values);
    var text = new StringWriter();
    try {
      properties.store(text, null);
      Files.writeString(folder.resolve(name + NEXT), text.toString());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    move(name + NEXT, name);
  }

  void move(String from, String to) {
    try {
      Files.move(folder.resolve(from), folder.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  void delete(String name) {
    try {
      Files.deleteIfExists(folder.resolve(name));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Deletes every file that begins so, also what a killed process left half written. */
  void deleteAll(String prefix) {
    all().stream().filter(name -> name.startsWith(prefix)).forEach(this::delete);
  }

  List<String> names() {
    return all().stream().filter(name -> !name.endsWith(NEXT)).toList();
  }

  private List<String> all() {
    try (var names = Files.list(folder)) {
      return names.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
