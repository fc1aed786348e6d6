package dev.hubcap.cli.local;

import dev.hubcap.cli.client.Json;
import dev.hubcap.database.backup.Backup;
import dev.hubcap.database.backup.Manifest;
import dev.hubcap.database.backup.Verification;
import dev.hubcap.database.keeping.Retention;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A backup as the command shows it. */
final class BackupView {

  private static final long KILO = 1024;

  private BackupView() {}

  /**
   * Its members.
   *
   * @param kept what it is kept as
   */
  static JsonNode of(Backup backup, List<String> kept) {
    Manifest manifest = backup.manifest();
    var members = new LinkedHashMap<String, Object>();
    members.put("name", backup.name());
    members.put("file", backup.file().toString());
    members.put("created", manifest.created().toString());
    members.put("database", manifest.database());
    members.put("size", manifest.size());
    members.put("sha256", manifest.sha256());
    members.put("compression", manifest.compression());
    members.put("server", manifest.server());
    members.put("pgDump", manifest.pgDump());
    members.put("schemaVersion", manifest.facts().schemaVersion());
    members.put("rows", manifest.facts().rows());
    members.put("closedDays", manifest.facts().closedDays());
    members.put("ledger", manifest.facts().ledger());
    members.put("verified", verified(backup));
    backup
        .verification()
        .ifPresent(
            verification -> {
              members.put("verifiedAt", verification.at().toString());
              members.put("differences", verification.differences());
            });
    members.put("kept", kept);
    return Json.tree(members);
  }

  private static String verified(Backup backup) {
    return backup
        .verification()
        .map(Verification::good)
        .map(good -> good ? "ok" : "wrong")
        .orElse("no");
  }

  /** What it is kept as, in words; none if it may go. */
  static List<String> words(@Nullable Collection<Retention.As> kept) {
    return kept == null
        ? List.of()
        : kept.stream().map(as -> as.name().toLowerCase(Locale.ROOT)).toList();
  }

  static String kept(JsonNode item) {
    return StreamSupport.stream(item.path("kept").spliterator(), false)
        .map(JsonNode::asString)
        .collect(Collectors.joining(", "));
  }

  /** Bytes as a person reads them. */
  static String size(long bytes) {
    if (bytes < KILO) {
      return bytes + " B";
    }
    return bytes < KILO * KILO
        ? "%d KB".formatted(bytes / KILO)
        : "%d MB".formatted(bytes / KILO / KILO);
  }
}
