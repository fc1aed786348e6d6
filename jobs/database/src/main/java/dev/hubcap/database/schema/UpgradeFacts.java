package dev.hubcap.database.schema;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.DatabaseUnreachable;
import dev.hubcap.database.facts.DatabaseFacts;
import dev.hubcap.database.facts.FactsReader;
import dev.hubcap.database.facts.LedgerProof;
import dev.hubcap.migrations.PendingMigration;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What an upgrade must not change.
 *
 * @param tables how many rows each table has whose rows never go
 * @param closedDays how many days the ledger has closed
 * @param ledger their hash
 * @param wrongDays the closed days whose charges are not those that they were closed with, a
 *     sentence each
 */
record UpgradeFacts(
    SortedMap<String, Long> tables, int closedDays, String ledger, List<String> wrongDays) {

  /** Rows of these come and go while spokes, customers and the hub's upkeep go on. */
  private static final Pattern COME_AND_GO =
      Pattern.compile(
          "batch\\..*|public\\.(operation.*|host_.*|unresolved_btcpay_invoices|idempotency_keys|login_tokens|freezes"
              + "|email_change.*|billing_rechecks|plans|plan_rows|ssh_public_keys|vm_ssh_.*)");

  UpgradeFacts {
    tables = new TreeMap<>(tables);
    wrongDays = List.copyOf(wrongDays);
  }

  static UpgradeFacts of(DatabaseLogin login) {
    try (Connection connection = login.connect("hubcap-schema");
        var statement = connection.createStatement()) {
      statement.execute("SET ROLE hubcap_owner");
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      DatabaseFacts facts = FactsReader.read(connection);
      var kept = new TreeMap<>(facts.tables());
      kept.keySet().removeIf(table -> COME_AND_GO.matcher(table).matches());
      return new UpgradeFacts(
          kept, facts.closedDays(), facts.ledger(), LedgerProof.differences(connection));
    } catch (SQLException e) {
      throw DatabaseUnreachable.at(login, e);
    }
  }

  /**
   * What is wrong now and was not before, a sentence each. Rows that a migration was approved to
   * take away are only told; the ledger is never anybody's to change.
   */
  List<String> wrongSince(
      UpgradeFacts before, List<PendingMigration> applied, Consumer<String> tell) {
    var wrong = new ArrayList<String>();
    before.tables.forEach(
        (table, rows) -> {
          Long there = tables.get(table);
          if (there == null ? rows > 0 : there < rows) {
            String loss =
                "%s had %d rows and %s"
                    .formatted(table, rows, there == null ? "is gone" : "has " + there);
            if (applied.stream().anyMatch(migration -> migration.mayLose(table))) {
              tell.accept("As approved in a migration: " + loss);
            } else {
              wrong.add(loss);
            }
          }
        });
    if (before.closedDays != closedDays || !before.ledger.equals(ledger)) {
      wrong.add(
          "the ledger's %d closed days are %d now, or were changed"
              .formatted(before.closedDays, closedDays));
    }
    wrongDays.stream().filter(day -> !before.wrongDays.contains(day)).forEach(wrong::add);
    return List.copyOf(wrong);
  }
}
