package dev.hubcap.accounts.email;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.mail.Outbox;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class ChangeUnitTest {

  private final EmailFixture fixture = new EmailFixture();
  private final DataSource source = fixture.database.asHub();
  private final JdbcClient jdbc = JdbcClient.create(source);
  private final TransactionTemplate transaction =
      new TransactionTemplate(new DataSourceTransactionManager(source));

  @AfterEach
  void close() {
    fixture.close();
  }

  private void run(long id) {
    jdbc.sql(
            """
            INSERT INTO runs (id, job, actor, status) OVERRIDING SYSTEM VALUE VALUES (:id, 'bulk-email-change', 'x', 'failed')
            """)
        .param("id", id)
        .update();
    jdbc.sql(
            """
            INSERT INTO email_changes (run_id, line, old_address, new_address, old_lower, new_lower, unit)
            SELECT :id, n, 'a' || n, 'b' || n, 'a' || n, 'b' || n, n FROM generate_series(1, 2000) n
            """)
        .param("id", id)
        .update();
  }

  @Test
  void a_line_of_a_run_that_statistics_do_not_know_yet_is_found_without_reading_the_others() {
    run(1);
    fixture.owner.sql("ANALYZE email_changes").update();
    run(2);
    fixture.accounts("a7");
    var unit =
        new ChangeUnit(
            jdbc, transaction, EmailColumns.in(jdbc), new Outbox(jdbc, "provider.example"));
    Long read =
        transaction.execute(
            status -> {
              unit.apply(
                  new ChangeUnit.By(2, "x", "0"), List.of(new Change(7, 7, "a7", "b7", "b7")));
              return jdbc.sql(
                      """
                      SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'email_changes'
                      """)
                  .query(Long.class)
                  .single();
            });
    assertThat(
            fixture.texts(
                "SELECT run_id || ' ' || line FROM email_changes WHERE state = 'changed'"))
        .containsExactly("2 7");
    assertThat(read).isLessThan(10);
  }
}
