package dev.hubcap.launch.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.migrations.TestDatabase;
import java.time.ZoneId;
import java.util.Optional;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class RunStepsTest {

  private final TestDatabase database = TestDatabase.create();
  private final JdbcClient jdbc = JdbcClient.create(database.asHub());
  private final RunSteps steps = new RunSteps(jdbc);
  private final TimeZone zone = TimeZone.getDefault();

  @BeforeEach
  void aRunThatWasRestarted() {
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    jdbc.sql(
            """
            INSERT INTO batch.batch_job_instance VALUES (1, 0, 'j', 'k');
            INSERT INTO batch.batch_job_execution (job_execution_id, job_instance_id, create_time)
            VALUES (1, 1, '2026-11-24 00:15'), (2, 1, '2026-11-24 00:15')
            """)
        .update();
  }

  @AfterEach
  void close() {
    TimeZone.setDefault(zone);
    database.close();
  }

  private void step(long id, long execution, String name, String status, long written, int second) {
    jdbc.sql(
            """
            INSERT INTO batch.batch_step_execution
              (step_execution_id, version, step_name, job_execution_id, create_time, start_time, end_time,
               last_updated, status, write_count)
            VALUES (:id, 0, :name, :execution, '2026-11-24 00:15', '2026-11-24 00:15',
                    CASE WHEN :status = 'COMPLETED' THEN timestamp '2026-11-24 00:15' + :second * interval '1 s' END,
                    timestamp '2026-11-24 00:15' + :second * interval '1 s', :status, :written)
            """)
        .param("id", id)
        .param("execution", execution)
        .param("name", name)
        .param("status", status)
        .param("written", written)
        .param("second", second)
        .update();
  }

  @Test
  void the_rows_of_a_plan_tell_how_long_it_will_take_at_the_pace_of_this_execution() {
    step(1, 1, "prepare", "COMPLETED", 40, 300);
    step(2, 2, "work", "STARTED", 20, 10);

    var progress = steps.progress(2, Optional.of(100L)).orElseThrow();

    assertThat(progress.done()).isEqualTo(60);
    assertThat(progress.perSecond()).isEqualTo(2.0);
    assertThat(progress.etaSeconds()).isEqualTo(20);
  }

  @Test
  void without_a_plan_there_is_a_pace_and_no_end() {
    step(1, 2, "work", "STARTED", 20, 10);

    var progress = steps.progress(2, Optional.empty()).orElseThrow();

    assertThat(progress.perSecond()).isEqualTo(2.0);
    assertThat(progress.etaSeconds()).isNull();
  }

  @Test
  void pieces_count_as_they_are_complete() {
    step(1, 1, "work:a", "COMPLETED", 5, 300);
    step(2, 2, "work:b", "COMPLETED", 5, 10);
    step(3, 2, "work:c", "STARTED", 2, 11);

    var progress = steps.progress(2, Optional.of(100L)).orElseThrow();

    assertThat(progress.done()).isEqualTo(2);
    assertThat(progress.total()).isEqualTo(3);
    assertThat(progress.etaSeconds()).isEqualTo(10);
  }

  @Test
  void times_are_read_in_the_zone_that_they_were_written_in() {
    step(1, 2, "work", "COMPLETED", 20, 10);
    assertThat(steps.steps(2).getFirst().ended()).hasToString("2026-11-24T00:15:10Z");

    TimeZone.setDefault(TimeZone.getTimeZone(ZoneId.of("America/New_York")));

    assertThat(steps.steps(2).getFirst().ended()).hasToString("2026-11-24T05:15:10Z");
  }
}
