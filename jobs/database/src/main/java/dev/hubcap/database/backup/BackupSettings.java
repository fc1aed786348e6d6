package dev.hubcap.database.backup;

import dev.hubcap.database.DatabaseMisconfigured;
import dev.hubcap.database.HubcapHome;
import dev.hubcap.database.keeping.CopyCommand;
import dev.hubcap.database.keeping.Retention;
import dev.hubcap.database.pg.PgPrograms;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where backups lie, what makes them, and how long they are kept.
 *
 * @param copy what brings each elsewhere; empty if they stay here only
 */
public record BackupSettings(
    Path folder, PgPrograms programs, Retention retention, Optional<CopyCommand> copy) {

  /** The names of the settings, as environment variables. */
  public static final List<String> NAMES =
      List.of(
          "HUBCAP_BACKUP_FOLDER",
          "HUBCAP_BACKUP_PGDUMP",
          "HUBCAP_BACKUP_COPYCOMMAND",
          "HUBCAP_BACKUP_COPYTIMEOUT",
          "HUBCAP_BACKUP_DAILY",
          "HUBCAP_BACKUP_WEEKLY",
          "HUBCAP_BACKUP_MONTHLY");

  private static final Duration USUAL_TIMEOUT = Duration.ofHours(1);

  /**
   * What these settings say, by the names of environment variables; throws {@link
   * DatabaseMisconfigured} for a value that is none.
   */
  public static BackupSettings of(Map<String, String> settings, HubcapHome home) {
    return new BackupSettings(
        value(settings, "FOLDER", Path::of, home.folder().resolve("backups")),
        PgPrograms.installed(
            Optional.ofNullable(settings.get("HUBCAP_BACKUP_PGDUMP"))
                .filter(path -> !path.isBlank())
                .map(Path::of),
            settings),
        retention(settings),
        Optional.ofNullable(settings.get("HUBCAP_BACKUP_COPYCOMMAND"))
            .filter(command -> !command.isBlank())
            .map(
                command ->
                    new CopyCommand(
                        List.of(command.strip().split("\\s+")),
                        value(settings, "COPYTIMEOUT", Duration::parse, USUAL_TIMEOUT))));
  }

  private static Retention retention(Map<String, String> settings) {
    Retention usual = Retention.USUAL;
    try {
      return new Retention(
          value(settings, "DAILY", Integer::valueOf, usual.daily()),
          value(settings, "WEEKLY", Integer::valueOf, usual.weekly()),
          value(settings, "MONTHLY", Integer::valueOf, usual.monthly()));
    } catch (IllegalArgumentException e) {
      throw new DatabaseMisconfigured("hubcap.backup: " + e.getMessage());
    }
  }

  private static <T> T value(
      Map<String, String> settings, String name, Function<String, T> reading, T usual) {
    @Nullable String text = settings.get("HUBCAP_BACKUP_" + name);
    if (text == null || text.isBlank()) {
      return usual;
    }
    try {
      return reading.apply(text.strip());
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new DatabaseMisconfigured(
          "HUBCAP_BACKUP_%s is '%s', which is no such value; leave it out, or set it to something like %s."
              .formatted(name, text, usual));
    }
  }
}
