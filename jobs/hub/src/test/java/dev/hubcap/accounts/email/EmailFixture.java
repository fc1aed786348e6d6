package dev.hubcap.accounts.email;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.accounts.email.file.EmailFiles;
import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.run.RunParameters;
import dev.hubcap.run.RunSummary;
import dev.hubcap.run.TestBatch;
import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A provider whose customers move to other addresses. */
final class EmailFixture implements AutoCloseable {

  /** What a run writes about itself, and mails and audit, which say that something happened. */
  private static final String EXCEPT =
      "'mails', 'runs', 'run_log', 'plans', 'plan_rows', 'email_change_files',"
          + " 'email_change_lines', 'email_changes'";

  final TestDatabase database = TestDatabase.create();
  final JdbcClient jdbc = JdbcClient.create(database.asHub());
  final JdbcClient owner = JdbcClient.create(database.asOwner());
  final TestBatch batch = batch();

  EmailFixture() {
    jdbc.sql("INSERT INTO os_images VALUES ('debian', 'debian.qcow2', 'Debian')").update();
    jdbc.sql("INSERT INTO vm_sizes VALUES ('small', 7.50, 512, 1, 1, 25)").update();
  }

  /** Another hub's, on the same database. */
  TestBatch batch() {
    return new TestBatch(
        database.asHub(),
        parts ->
            new BulkEmailChange(parts, "mail.example", InstantSource.system())
                .job("bulk-email-change"));
  }

  @Override
  public void close() {
    database.close();
  }

  void accounts(String... emails) {
    for (String email : emails) {
      jdbc.sql("INSERT INTO accounts (email, lower_case_email) VALUES (:e, lower(:e))")
          .param("e", email)
          .update();
    }
  }

  /** An account with a row in each of the runbook's tables. */
  void customer(String email) {
    accounts(email);
    String vm =
        "capsul-%010d".formatted(jdbc.sql("SELECT count(*) FROM vms").query(Long.class).single());
    for (String sql :
        List.of(
            "INSERT INTO vms (id, email, os, size) VALUES (:vm, :e, 'debian', 'small')",
            "INSERT INTO login_tokens (email, token) VALUES (:e, 't')",
            "INSERT INTO operations (email, kind) VALUES (:e, 'noop')",
            "INSERT INTO payment_sessions VALUES (:vm, :e, 'btcpay', now(), 5)",
            "INSERT INTO unresolved_btcpay_invoices (id, email) VALUES (:vm, :e)",
            "INSERT INTO payments (email, dollars) VALUES (:e, 5), (:e, 7)",
            "INSERT INTO ssh_public_keys (email, name, content) VALUES (:e, 'k', 'c')",
            "INSERT INTO vm_ssh_authorized_key VALUES (:e, :vm, 'k')",
            "INSERT INTO vm_ssh_host_key VALUES (:e, :vm, 'rsa', 'c', 's')",
            "INSERT INTO dunning_episodes (email) VALUES (:e)",
            "INSERT INTO account_balances VALUES (:e, 12, now())")) {
      jdbc.sql(sql).param("vm", vm).param("e", email).update();
    }
  }

  long file(String... lines) {
    return text("old_email,new_email\n" + String.join("\n", lines) + "\n");
  }

  long text(String text) {
    var bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    return new EmailFiles(jdbc).store(bytes, "test").id();
  }

  JobExecution run(long file) {
    return start(file, false, false);
  }

  JobExecution skipInvalid(long file) {
    return start(file, true, false);
  }

  JobExecution plan(long file) {
    return start(file, false, true);
  }

  private JobExecution start(long file, boolean skipInvalid, boolean plan) {
    return batch.start(
        Optional.empty(),
        plan,
        "{\"file\": \"%d\", \"skip-invalid\": \"%s\"}".formatted(file, skipInvalid));
  }

  static long id(JobExecution run) {
    return RunParameters.of(run.getJobParameters()).run();
  }

  static String summary(JobExecution run) {
    return RunSummary.of(run.getExecutionContext()).orElse("");
  }

  static JobExecution completed(JobExecution run) {
    assertThat(run.getAllFailureExceptions()).isEmpty();
    assertThat(run.getStatus()).isEqualTo(BatchStatus.COMPLETED);
    return run;
  }

  static String failure(JobExecution run) {
    assertThat(run.getStatus()).isEqualTo(BatchStatus.FAILED);
    return String.valueOf(run.getAllFailureExceptions().getFirst().getMessage());
  }

  /** Rejected lines as {@code line: reason}. */
  List<String> rejected(JobExecution run) {
    return new ChangedLines(jdbc)
        .list(id(run), Optional.of("rejected"), 0, 1_000_000).stream()
            .map(line -> line.line() + ": " + line.problem())
            .toList();
  }

  /** The file that reverses a run, as its API writes it. */
  String undo(JobExecution run) {
    var text = new StringWriter();
    UndoFile.write(new ChangedLines(jdbc), id(run), text);
    return text.toString();
  }

  List<String> emails() {
    return texts("SELECT email FROM accounts ORDER BY email COLLATE \"C\"");
  }

  List<String> texts(String sql) {
    return jdbc.sql(sql).query((row, nth) -> row.getString(1)).list();
  }

  /** Every row of every table; see {@link #EXCEPT}. */
  Map<String, List<String>> allRows() {
    return rows("to_jsonb(t)");
  }

  /** The same without the columns that hold addresses. */
  Map<String, List<String>> rowsWithoutAddresses() {
    return rows("to_jsonb(t) - 'email' - 'lower_case_email' - 'owner'");
  }

  private Map<String, List<String>> rows(String as) {
    var rows = new TreeMap<String, List<String>>();
    List<String> tables =
        new ArrayList<>(
            owner
                .sql(
                    """
                    SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
                    WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'batch', 'audit')
                      AND tablename NOT IN (EXCEPT)
                    """
                        .replace("EXCEPT", EXCEPT))
                .query((row, nth) -> row.getString(1))
                .list());
    for (String table : tables) {
      rows.put(
          table,
          owner
              .sql("SELECT (%s)::text COLLATE \"C\" AS r FROM %s t ORDER BY r".formatted(as, table))
              .query((row, nth) -> row.getString(1))
              .list());
    }
    return rows;
  }
}
