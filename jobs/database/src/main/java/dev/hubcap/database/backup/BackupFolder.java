package dev.hubcap.database.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The files of backups. {@code hubcap-20261127T023000Z.dump} is one, complete; beside it lie {@code
 * .json}, its manifest, and {@code .verified.json}, what its last verification found. A name that
 * ends in {@code .partial} is being written. All are for their owner only.
 */
final class BackupFolder {

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'hubcap-'yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final Pattern DUMP = Pattern.compile("hubcap-\\d{8}T\\d{6}Z\\.dump");
  private static final String DUMP_ENDING = ".dump";
  private static final String PARTIAL = ".partial";
  private static final String MANIFEST = ".json";
  private static final String VERIFIED = ".verified.json";

  private static final Set<StandardOpenOption> WRITE_NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Two channels of one process do not keep each other out; this does. */
  private static final Set<Path> WRITTEN_HERE = ConcurrentHashMap.newKeySet();

  private final Path folder;

  BackupFolder(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  Path path() {
    return folder;
  }

  /** Begins a dump, under the name of that second or of the next one that is free. */
  PartialDump begin(Instant now) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    clearLeftovers();
    for (Instant name = now; ; name = name.plusSeconds(1)) {
      Path file = folder.resolve(NAME.format(name) + DUMP_ENDING);
      Path partial = file.resolveSibling(file.getFileName() + PARTIAL);
      if (!WRITTEN_HERE.add(partial)) {
        continue;
      }
      Optional<PartialDump> begun = begin(partial, file);
      if (begun.isPresent()) {
        return begun.get();
      }
      WRITTEN_HERE.remove(partial);
    }
  }

  private static Optional<PartialDump> begin(Path partial, Path file) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(partial, WRITE_NEW, OWNER_ONLY);
    } catch (FileAlreadyExistsException e) {
      return Optional.empty();
    }
    FileLock lock = channel.tryLock();
    // Whoever looks for leftovers may have locked it for a moment, and then it is gone.
    if (lock == null || !Files.exists(partial) || Files.exists(file)) {
      if (lock != null) {
        Files.deleteIfExists(partial);
      }
      channel.close();
      return Optional.empty();
    }
    return Optional.of(new PartialDump(partial, file, channel, lock));
  }

  static void noLongerWritten(Path partial) {
    WRITTEN_HERE.remove(partial);
  }

  /** Every backup whose manifest can be read, the newest first. */
  List<Backup> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      var all = new ArrayList<Backup>();
      files
          .filter(file -> DUMP.matcher(String.valueOf(file.getFileName())).matches())
          .sorted(Comparator.reverseOrder())
          .forEach(file -> find(file).ifPresent(all::add));
      return List.copyOf(all);
    } catch (IOException e) {
      throw new BackupFailed(
          "The folder %s cannot be listed: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /** The backup in a file; empty if there is no such file or nothing that tells what is in it. */
  static Optional<Backup> find(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    return read(manifest(file), Manifest.class)
        .map(
            manifest ->
                new Backup(file, manifest, read(beside(file, VERIFIED), Verification.class)));
  }

  /** The manifest first: a dump without one could not be told from a stranger's file. */
  void complete(PartialDump dump, Manifest manifest) throws IOException {
    dump.flush();
    write(
        manifest(dump.file()), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(manifest));
    dump.complete();
    sync(folder);
  }

  static void record(Backup backup, Verification verification) throws IOException {
    write(
        beside(backup.file(), VERIFIED),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(verification));
  }

  /** What is left of a deletion that is interrupted goes when the next backup begins. */
  static void delete(Backup backup) throws IOException {
    Files.deleteIfExists(backup.file());
    Files.deleteIfExists(beside(backup.file(), VERIFIED));
    Files.deleteIfExists(manifest(backup.file()));
  }

  private void clearLeftovers() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path partial : files.filter(BackupFolder::isPartial).toList()) {
        clear(partial);
      }
    }
    clearManifests();
  }

  /** Of dumps that were never completed, or whose deletion was interrupted. */
  private void clearManifests() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path manifest : files.filter(BackupFolder::isManifest).toList()) {
        Path dump = dumpOf(manifest);
        // In this order: a dump that is completed meanwhile is found under one of its names.
        if (!Files.exists(dump.resolveSibling(dump.getFileName() + PARTIAL))
            && !Files.exists(dump)) {
          Files.deleteIfExists(beside(dump, VERIFIED));
          Files.deleteIfExists(manifest);
        }
      }
    }
  }

  private static boolean isManifest(Path file) {
    return String.valueOf(file.getFileName()).endsWith(MANIFEST)
        && DUMP.matcher(String.valueOf(dumpOf(file).getFileName())).matches();
  }

  private static Path dumpOf(Path manifest) {
    String name = String.valueOf(manifest.getFileName());
    return manifest.resolveSibling(
        name.substring(0, name.length() - MANIFEST.length()) + DUMP_ENDING);
  }

  private static void clear(Path partial) throws IOException {
    if (!WRITTEN_HERE.add(partial)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(partial);
      }
    } catch (NoSuchFileException e) {
      // Somebody else has cleared it.
    } finally {
      WRITTEN_HERE.remove(partial);
    }
  }

  private static boolean isPartial(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(PARTIAL)
        && DUMP.matcher(name.substring(0, name.length() - PARTIAL.length())).matches();
  }

  /** What lies beside a backup and says what is in it. */
  static Path manifest(Path file) {
    return beside(file, MANIFEST);
  }

  private static Path beside(Path file, String ending) {
    String name = String.valueOf(file.getFileName());
    String stem =
        name.endsWith(DUMP_ENDING) ? name.substring(0, name.length() - DUMP_ENDING.length()) : name;
    return file.resolveSibling(stem + ending);
  }

  private static <T> Optional<T> read(Path file, Class<T> type) {
    try {
      return Optional.of(JSON.readValue(Files.readString(file), type));
    } catch (IOException | JacksonException e) {
      return Optional.empty();
    }
  }

  private static void write(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try (FileChannel channel = FileChannel.open(fresh, WRITE_NEW, OWNER_ONLY)) {
      for (var bytes = StandardCharsets.UTF_8.encode(text + "\n"); bytes.hasRemaining(); ) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
