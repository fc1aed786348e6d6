package dev.hubcap.database.facts;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Computes the hash of every closed day once more, from the charges: over the lines {@code
 * vm_id|seq|units} with a line feed each, in order of VM and seq, as the night did that closed it.
 */
public final class LedgerProof {

  /** What has to be there for it. */
  public static final Set<String> TABLES = Set.of("public.billing_days", "public.charges");

  private static final int ROWS_AT_A_TIME = 10_000;

  private static final String CHARGES =
      """
      SELECT d.day::text, d.sha256, c.vm_id, c.seq, c.units FROM public.billing_days d
      LEFT JOIN public.charges c ON c.day = d.day ORDER BY d.day, c.vm_id, c.seq
      """;

  private LedgerProof() {}

  /**
   * The closed days whose charges are not those that they were closed with, a sentence each. Reads
   * in bounded memory; the connection must not commit by itself.
   */
  public static List<String> differences(Connection connection) throws SQLException {
    var differences = new ArrayList<String>();
    try (var statement = connection.createStatement()) {
      statement.setFetchSize(ROWS_AT_A_TIME);
      try (var rows = statement.executeQuery(CHARGES)) {
        String day = null;
        String stored = "";
        MessageDigest digest = Sha256.digest();
        while (rows.next()) {
          if (day != null && !day.equals(rows.getString(1))) {
            compare(differences, day, stored, digest);
          }
          day = rows.getString(1);
          stored = Objects.requireNonNull(rows.getString(2));
          add(digest, rows);
        }
        if (day != null) {
          compare(differences, day, stored, digest);
        }
      }
    }
    return List.copyOf(differences);
  }

  private static void add(MessageDigest digest, ResultSet charge) throws SQLException {
    if (charge.getString(3) != null) {
      String line =
          charge.getString(3) + "|" + charge.getString(4) + "|" + charge.getString(5) + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void compare(
      List<String> differences, String day, String stored, MessageDigest digest) {
    String computed = Sha256.hex(digest);
    if (!computed.equals(stored)) {
      differences.add(
          "the charges of %s hash to %s, and the day was closed with %s"
              .formatted(day, computed, stored));
    }
  }
}
