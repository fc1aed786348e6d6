package dev.hubcap.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A claim costs the same however much lies in the table, and whatever plan was cached before. */
class ClaimPlanTest {

  private final QueueFixture given = new QueueFixture();

  @AfterEach
  void close() {
    given.close();
  }

  @Test
  void a_claim_among_100_000_finished_and_100_000_queued_rows_reads_few_of_them() throws Exception {
    given.host("baikal");
    SpokeQueue baikal = given.spoke("baikal");
    for (int i = 0; i < 6; i++) { // plans are cached while the queue is empty
      assertThat(baikal.claim(10)).isEmpty();
    }
    given
        .superuser
        .sql(
            """
            INSERT INTO operations (kind, state, finished_at)
            SELECT 'noop', CASE WHEN i <= 100000 THEN 'succeeded' ELSE 'queued' END, CASE WHEN i <= 100000 THEN now() END
            FROM generate_series(1, 200000) i
            """)
        .update();
    given.superuser.sql("ANALYZE operations").update();

    for (boolean forced : List.of(false, true)) {
      if (forced) {
        given
            .superuser
            .sql(
                "ALTER DATABASE "
                    + given.database.name()
                    + " SET plan_cache_mode = force_generic_plan")
            .update();
        baikal = given.spoke("baikal");
      }
      long before = rowsRead();
      for (int i = 0; i < 5; i++) {
        assertThat(baikal.claim(10)).hasSize(10);
      }
      assertThat(rowsRead() - before).as("rows read, generic plan " + forced).isLessThan(5_000);
    }
  }

  /** Rows of the table that any scan, of the table or of an index, has fetched. */
  private long rowsRead() {
    given.superuser.sql("SELECT pg_stat_force_next_flush()").query(row -> {});
    return given
        .superuser
        .sql(
            """
            SELECT pg_stat_clear_snapshot(), t.seq_tup_read + coalesce(t.idx_tup_fetch, 0) AS read
            FROM pg_stat_user_tables t WHERE t.relname = 'operations'
            """)
        .query((row, n) -> row.getLong("read"))
        .single();
  }
}
