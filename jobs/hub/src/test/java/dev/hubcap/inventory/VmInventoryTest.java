package dev.hubcap.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.run.RunSummary;
import dev.hubcap.run.TestBatch;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.jdbc.core.simple.JdbcClient;

class VmInventoryTest {

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

  private void vm(int number, String state) {
    jdbc.sql(
            """
            INSERT INTO vms (id, email, os, size, host, created, state)
            VALUES (:id, 'a@x.example', 'debian', 'f1-s', 'baikal', now(), :state)
            """)
        .param("id", "capsul-%010d".formatted(number))
        .param("state", state)
        .update();
  }

  private static String found(int number, String state, int memory) {
    return """
    {"id": "capsul-%010d", "state": "%s", "memory_mb": %d, "vcpus": 1, "disk": "present"}
    """
        .formatted(number, state, memory);
  }

  private void said(String ago, String... vms) {
    jdbc.sql(
            """
            INSERT INTO host_inventories VALUES ('baikal', now() - :ago::interval, jsonb_build_object('vms', :vms::jsonb))
            """)
        .param("ago", ago)
        .param("vms", "[" + String.join(",", vms) + "]")
        .update();
  }

  private List<String> differences() {
    JobExecution execution =
        new TestBatch(database.asHub(), batch -> new VmInventory(batch).job("vm-inventory"))
            .start(Optional.empty(), false);
    assertThat(execution.getStatus()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(RunSummary.of(execution.getExecutionContext())).isPresent();
    return jdbc.sql("SELECT message FROM run_log WHERE level = 'warn' ORDER BY seq")
        .query((row, n) -> row.getString("message"))
        .list();
  }

  @Test
  void where_all_is_as_it_should_be_nothing_is_told() {
    vm(1, "running");
    vm(2, "stopped");
    said("1 minute", found(1, "running", 1024), found(2, "stopped", 1024));
    assertThat(differences()).isEmpty();
  }

  @Test
  void what_is_absent_unknown_in_another_state_or_of_another_size_is_told() {
    vm(1, "running");
    vm(2, "running");
    vm(3, "running");
    said(
        "1 minute", found(2, "stopped", 1024), found(3, "running", 512), found(9, "running", 1024));

    assertThat(differences())
        .satisfiesExactly(
            line ->
                assertThat(line).startsWith("capsul-0000000001 should be on baikal and is absent"),
            line -> assertThat(line).contains("is stopped and should be running; hubcap vms start"),
            line -> assertThat(line).contains("has 512 MB and 1 vCPUs and should have 1024 and 1"),
            line -> assertThat(line).contains("capsul-0000000009 on baikal is unknown here"));
    assertThat(jdbc.sql("SELECT count(*) FROM operations").query(Long.class).single()).isZero();
  }

  @Test
  void a_vm_that_is_being_worked_on_is_left_out() {
    vm(1, "running");
    jdbc.sql(
            "INSERT INTO operations (kind, vm_id, host) VALUES ('stop', 'capsul-0000000001',"
                + " 'baikal')")
        .update();
    said("1 minute", found(1, "stopped", 1024));
    assertThat(differences()).isEmpty();
  }

  @Test
  void a_host_that_is_silent_is_told() {
    vm(1, "running");
    said("16 minutes", found(1, "running", 1024));
    assertThat(differences()).singleElement().asString().contains("has not told what is on it");
  }
}
