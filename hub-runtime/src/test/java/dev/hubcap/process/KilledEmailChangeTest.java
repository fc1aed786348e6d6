package dev.hubcap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hubcap.database.AccessTokens;
import dev.hubcap.migrations.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Many addresses in one file, by hubs with a heap of 256 MB. {@code HUBCAP_TEST_ADDRESSES} says how
 * many accounts move; 1,000 bad lines stand between them.
 */
class KilledEmailChangeTest {

  private static final int ACCOUNTS =
      Integer.parseInt(System.getenv().getOrDefault("HUBCAP_TEST_ADDRESSES", "5000"));
  private static final int BAD = 1_000;
  private static final Duration PATIENCE = Duration.ofMinutes(20);

  @RegisterExtension private final Processes processes = new Processes();
  private final TestDatabase database = processes.own(TestDatabase.create());
  private final JdbcClient jdbc = JdbcClient.create(database.asSuperuser());
  private final String token = new AccessTokens(database.asHub()).create("test", "operator");
  @TempDir Path folder;

  @BeforeEach
  void customers() {
    jdbc.sql(
            """
            INSERT INTO os_images VALUES ('debian', 'debian.qcow2', 'Debian');
            INSERT INTO vm_sizes VALUES ('small', 7.50, 512, 1, 1, 25);
            INSERT INTO accounts (email, lower_case_email)
              SELECT 'a' || n || '@old.example', 'a' || n || '@old.example' FROM generate_series(1, ACCOUNTS) n;
            INSERT INTO vms (id, email, os, size)
              SELECT 'capsul-' || lpad(n::text, 10, '0'), 'a' || n || '@old.example', 'debian', 'small'
              FROM generate_series(1, ACCOUNTS) n;
            INSERT INTO payments (email, dollars) SELECT email, 5 FROM accounts
            """
                .replace("ACCOUNTS", Integer.toString(ACCOUNTS)))
        .update();
  }

  private Path file() throws IOException {
    List<String> lines = new ArrayList<>(List.of("old_email,new_email"));
    for (int n = 1; n <= ACCOUNTS; n++) {
      if (n <= BAD) {
        lines.add("nobody%d@old.example,b%d@new.example".formatted(n, n));
      }
      // Every tenth swaps places with its neighbour.
      int other = n % 10 == 1 ? n + 1 : n % 10 == 2 ? n - 1 : 0;
      lines.add(
          other == 0
              ? "a%1$d@old.example,a%1$d@new.example".formatted(n)
              : "a%d@old.example,a%d@old.example".formatted(n, other));
    }
    return Files.write(folder.resolve("moves.csv"), lines);
  }

  private Map<String, String> settings(Hub hub) {
    return Map.of("HUBCAP_SERVER", hub.url(), "HUBCAP_TOKEN", token);
  }

  /** Of every row of the business: not of what tells that, when and by whom it was changed. */
  private String hash() {
    List<String> tables =
        jdbc.sql(
                """
                SELECT relname FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
                  AND relname !~ '^(email_change|runs|run_log|plan|mails|hub_leadership|idempotency_keys|flyway|freezes|expected_runs)'
                ORDER BY relname
                """)
            .query((row, n) -> row.getString("relname"))
            .list();
    assertThat(tables).contains("accounts", "vms", "payments", "vm_rates", "account_balances");
    String rows =
        tables.stream()
            .map("SELECT to_jsonb(t)::text AS r FROM %s t"::formatted)
            .collect(Collectors.joining(" UNION ALL "));
    return jdbc.sql(
            "SELECT md5(string_agg(r, ',' ORDER BY r COLLATE \"C\")) FROM (%s) r".formatted(rows))
        .query((row, n) -> row.getString(1))
        .single();
  }

  private long moved() {
    return jdbc.sql("SELECT count(*) FROM email_changes WHERE state = 'changed'")
        .query(Long.class)
        .single();
  }

  @Test
  void a_change_of_many_addresses_that_was_killed_is_completed_and_its_file_undoes_it()
      throws IOException {
    String before = hash();
    Path file = file();
    Hub first = processes.hub("baikal", database).as(token).awaitLeading();

    var plan =
        processes.client(settings(first), "accounts", "change-emails", file.toString(), "--plan");
    assertThat(plan.exit()).isEqualTo(1);
    assertThat(plan.out()).contains("1000 lines are rejected; nothing was changed");
    assertThat(moved()).isZero();

    JavaProcess client =
        processes.clientInBackground(
            settings(first),
            "accounts",
            "change-emails",
            file.toString(),
            "-p",
            "skip-invalid=true",
            "--yes");
    patiently().until(() -> moved() > ACCOUNTS / 3);
    first.process().kill();
    long half = moved();
    assertThat(half).isLessThan(ACCOUNTS);

    Hub second = processes.hub("erie", database).as(token).awaitLeading();
    patiently().until(() -> runs("completed_with_skips") == 1);
    client.end();
    long run = jdbc.sql("SELECT max(id) FROM runs").query(Long.class).single();
    var report = processes.client(settings(second), "accounts", "email-report", Long.toString(run));
    var undo =
        processes.client(
            settings(second), "accounts", "email-report", Long.toString(run), "--undo");

    assertThat(moved()).isEqualTo(ACCOUNTS);
    for (int n = 1; n <= BAD; n++) {
      assertThat(report.out()).containsPattern("(?m)^%d +nobody%d@old.example".formatted(2 * n, n));
    }
    assertThat(jdbc.sql("SELECT count(*) FROM mails").query(Long.class).single())
        .isEqualTo(2L * ACCOUNTS);
    assertThat(mailsRead()).isLessThan(200L * ACCOUNTS);
    assertThat(hash()).isNotEqualTo(before);
    assertThat(undo.out().lines()).hasSize(ACCOUNTS + 1);

    Path reverse = Files.writeString(folder.resolve("undo.csv"), undo.out());
    var undone =
        processes
            .clientInBackground(
                settings(second), "accounts", "change-emails", reverse.toString(), "--yes")
            .awaitEnd(PATIENCE);
    assertThat(undone.exit()).isZero();
    assertThat(hash()).isEqualTo(before);
    assertThat(folder).isDirectoryContaining("glob:**/%d.undo.csv".formatted(run + 1));
  }

  /** Counting the lines of a large file many times a second would hold up what is waited for. */
  private static ConditionFactory patiently() {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(Math.clamp(ACCOUNTS / 50, 100, 1_000)));
  }

  /** By all that was done so far; to read them all for each account would be 100 times as many. */
  private long mailsRead() {
    return jdbc.sql(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'mails'")
        .query(Long.class)
        .single();
  }

  private long runs(String status) {
    return jdbc.sql("SELECT count(*) FROM runs WHERE status = :status")
        .param("status", status)
        .query(Long.class)
        .single();
  }
}
