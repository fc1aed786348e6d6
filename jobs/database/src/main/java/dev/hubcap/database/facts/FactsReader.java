package dev.hubcap.database.facts;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the facts of a database on one connection, in the transaction that the caller has open; in
 * one that is REPEATABLE READ they all belong to one moment. Every table is read from end to end.
 */
public final class FactsReader {

  private static final String OURS =
      """
      n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
      """;

  private static final String TABLES =
      """
      SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND
      """
          + OURS
          + " ORDER BY 1";

  private static final String SEQUENCES =
      """
      SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND
      """
          + OURS
          + " ORDER BY 1";

  private static final String CONSTRAINTS =
      """
      SELECT format('%I of %s', k.conname, k.conrelid::regclass), k.convalidated
      FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
      WHERE k.contype <> 'n' AND
      """
          + OURS
          + " ORDER BY 1";

  private static final String DAYS =
      "SELECT day, vms, charges, units, sha256 FROM public.billing_days ORDER BY day";

  private final Connection connection;

  private FactsReader(Connection connection) {
    this.connection = connection;
  }

  /** The facts of the database that this connection is to, as whom it is. */
  public static DatabaseFacts read(Connection connection) throws SQLException {
    return new FactsReader(connection).facts();
  }

  private DatabaseFacts facts() throws SQLException {
    SortedMap<String, Long> tables = new TreeMap<>();
    for (String table : texts(TABLES)) {
      tables.put(table, number("SELECT count(*) FROM " + table));
    }
    SortedMap<String, Long> sequences = new TreeMap<>();
    for (String sequence : texts(SEQUENCES)) {
      sequences.put(
          sequence,
          number("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM " + sequence));
    }
    List<String> unvalidated = new ArrayList<>();
    int constraints = 0;
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(CONSTRAINTS)) {
      while (rows.next()) {
        constraints++;
        if (!rows.getBoolean(2)) {
          unvalidated.add(rows.getString(1));
        }
      }
    }
    var ledger = ledger(tables.containsKey("public.billing_days"));
    int version =
        tables.containsKey("public.schemaversion")
            ? (int) number("SELECT version FROM public.schemaversion")
            : 0;
    return new DatabaseFacts(
        version, tables, sequences, constraints, unvalidated, ledger.days(), ledger.hash());
  }

  private record Ledger(int days, String hash) {}

  private Ledger ledger(boolean there) throws SQLException {
    var digest = Sha256.digest();
    int days = 0;
    if (there) {
      try (var statement = connection.createStatement();
          var rows = statement.executeQuery(DAYS)) {
        while (rows.next()) {
          days++;
          String line =
              String.join(
                  "|",
                  rows.getString(1),
                  rows.getString(2),
                  rows.getString(3),
                  rows.getString(4),
                  rows.getString(5));
          digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
      }
    }
    return new Ledger(days, Sha256.hex(digest));
  }

  private List<String> texts(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var texts = new ArrayList<String>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }

  private long number(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      if (!rows.next()) {
        throw new SQLException("no row from: " + sql);
      }
      return rows.getLong(1);
    }
  }
}
