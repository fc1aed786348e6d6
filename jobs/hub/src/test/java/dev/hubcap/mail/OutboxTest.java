package dev.hubcap.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.migrations.TestDatabase;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class OutboxTest {

  private final TestDatabase database = TestDatabase.create();
  private final DataSource source = database.asSuperuser();
  private final JdbcClient jdbc = JdbcClient.create(source);
  private final Outbox outbox = new Outbox(jdbc, "provider.example");
  private final TransactionTemplate transaction =
      new TransactionTemplate(new DataSourceTransactionManager(source));

  @AfterEach
  void close() {
    database.close();
  }

  private void mails(int count, String kind) {
    jdbc.sql(
            """
            INSERT INTO mails (message_id, recipient, subject, body, accepted_at, refused_at)
            SELECT format('<%s-%s@provider.example>', :kind::text, n), format('%s%s@x.example', :kind::text, n), 's', 'b',
                   CASE WHEN :kind = 'sent' THEN now() END, CASE WHEN :kind = 'refused' THEN now() END
            FROM generate_series(1, :count) n
            """)
        .param("kind", kind)
        .param("count", count)
        .update();
  }

  private List<String> recipients() {
    return jdbc.sql("SELECT recipient FROM mails WHERE recipient LIKE '%new%'")
        .query((row, nth) -> row.getString("recipient"))
        .list();
  }

  @Test
  void waiting_mails_follow_their_reader_and_ended_ones_do_not() {
    mails(1, "waits");
    mails(1, "sent");
    mails(1, "refused");
    outbox.readdress(
        List.of("waits1@x.example", "sent1@x.example", "refused1@x.example"),
        List.of("new1@x.example", "new2@x.example", "new3@x.example"));
    assertThat(recipients()).containsExactly("new1@x.example");
  }

  /** The statistics are from a moment when no mail waited, as they mostly are. */
  @Test
  void readdressing_one_of_many_that_wait_reads_its_own_mails_only() {
    mails(2_000, "sent");
    jdbc.sql("ANALYZE mails").update();
    mails(5_000, "waits");
    Long read =
        transaction.execute(
            status -> {
              outbox.readdress(List.of("waits7@x.example"), List.of("new@x.example"));
              return jdbc.sql(
                      """
                      SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'mails'
                      """)
                  .query(Long.class)
                  .single();
            });
    assertThat(recipients()).containsExactly("new@x.example");
    assertThat(read).isLessThan(10);
  }
}
