package dev.hubcap.vms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.run.RunSummary;
import dev.hubcap.run.TestBatch;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.jdbc.core.simple.JdbcClient;

class PurgeDisksTest {

  private final TestDatabase database = TestDatabase.create();
  private final JdbcClient jdbc = JdbcClient.create(database.asHub());

  @BeforeEach
  void aHost() {
    jdbc.sql("INSERT INTO accounts (email, lower_case_email) VALUES ('a@x.example', 'a@x.example')")
        .update();
    jdbc.sql("INSERT INTO os_images VALUES ('debian', 'debian.qcow2', 'Debian')").update();
    jdbc.sql("INSERT INTO vm_sizes VALUES ('f1-s', 7.50, 1024, 1, 1000, 25)").update();
    jdbc.sql("INSERT INTO hosts VALUES ('baikal', 'spoke_baikal', 'active', NULL, 65536, 32, '')")
        .update();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private String deleted(int number, String kept) {
    String id = "capsul-%010d".formatted(number);
    jdbc.sql(
            """
            INSERT INTO vms (id, email, os, size, host, created, deleted, purge_after, desired_state, state)
            VALUES (:id, 'a@x.example', 'debian', 'f1-s', 'baikal', now() - interval '9 d', now() - interval '8 d',
                    now() + :kept::interval, 'deleted', 'deleted')
            """)
        .param("id", id)
        .param("kept", kept)
        .update();
    return id;
  }

  private JobExecution run(boolean plan) {
    JobExecution execution =
        new TestBatch(
                database.asHub(),
                batch -> new PurgeDisks(batch, InstantSource.system()).job("purge-disks"))
            .start(Optional.empty(), plan);
    assertThat(execution.getStatus()).isEqualTo(BatchStatus.COMPLETED);
    return execution;
  }

  private List<String> purged() {
    return jdbc.sql("SELECT vm_id FROM operations WHERE kind = 'purge' ORDER BY vm_id")
        .query((row, n) -> row.getString("vm_id"))
        .list();
  }

  @Test
  void a_disk_is_purged_once_it_has_been_kept_long_enough_and_only_once() {
    String due = deleted(1, "-1 s");
    deleted(2, "1 h");

    assertThat(RunSummary.of(run(false).getExecutionContext()))
        .contains("1 disks are to be purged");
    run(false);

    assertThat(purged()).containsExactly(due);
  }

  @Test
  void a_vm_that_is_being_restored_keeps_its_disk() {
    String vm = deleted(1, "-1 s");
    jdbc.sql("UPDATE vms SET desired_state = 'running'").update();
    run(false);
    jdbc.sql("UPDATE vms SET desired_state = 'deleted'").update();
    jdbc.sql("INSERT INTO operations (kind, vm_id, host) VALUES ('restore', :vm, 'baikal')")
        .param("vm", vm)
        .update();
    run(false);

    assertThat(purged()).isEmpty();
  }

  @Test
  void more_than_a_hundred_are_purged_in_one_run() {
    for (int vm = 0; vm < 150; vm++) {
      deleted(vm, "-1 s");
    }
    run(false);
    assertThat(purged()).hasSize(150);
  }

  @Test
  void a_plan_names_the_disks_and_purges_none() {
    String due = deleted(1, "-1 s");
    run(true);
    assertThat(purged()).isEmpty();
    assertThat(
            jdbc.sql("SELECT subject FROM plan_rows")
                .query((row, n) -> row.getString("subject"))
                .list())
        .containsExactly(due);
  }
}
