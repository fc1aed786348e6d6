package dev.hubcap.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class OperationsQueueTest {

  private static final String DONE = "{\"public_ipv4\":\"192.0.2.7\"}";

  private final QueueFixture given = new QueueFixture();
  private final OperationsQueue queue = given.queue;

  @BeforeEach
  void hosts() {
    given.host("baikal");
    given.host("titicaca");
  }

  @AfterEach
  void close() {
    given.close();
  }

  private static Outcome failed(FailureKind kind) {
    return new Outcome.Failed(kind, "it did not work", "disk");
  }

  @Test
  void an_operation_is_there_exactly_if_its_cause_is() {
    var transactions = new TransactionTemplate(new JdbcTransactionManager(given.hub));
    transactions.executeWithoutResult(
        status -> {
          given.provision(given.vm(1));
          status.setRollbackOnly();
        });
    assertThat(given.count("SELECT count(*) FROM operations")).isZero();

    transactions.executeWithoutResult(status -> given.provision(given.vm(1)));
    assertThat(given.count("SELECT count(*) FROM operations")).isEqualTo(1);
  }

  @Test
  void a_claimed_provision_gives_its_vm_a_host_and_a_success_begins_its_billing() throws Exception {
    String vm = given.vm(1);
    long provision = given.provision(vm);
    SpokeQueue baikal = given.spoke("baikal");

    Claim claim = baikal.claim(10).getFirst();

    assertThat(claim.operation()).isEqualTo(provision);
    assertThat(claim.kind()).isEqualTo("provision");
    assertThat(claim.vm()).contains(vm);
    assertThat(claim.attempt()).isEqualTo(1);
    assertThat(claim.deadline()).isEqualTo(Duration.ofMinutes(30));
    assertThat(given.vmState(vm)).isEqualTo("provisioning");
    assertThat(given.text("SELECT host FROM vms")).isEqualTo("baikal");
    assertThat(given.text("SELECT created FROM vms")).isEqualTo("null");

    assertThat(
            baikal.settle(
                claim,
                new Outcome.Succeeded(
                    """
                    {"public_ipv4": "192.0.2.7", "ssh_host_keys":
                      [{"key_type": "ssh-ed25519", "content": "AAAA", "sha256": "SHA256:x"}]}
                    """)))
        .isTrue();

    assertThat(given.state(provision)).isEqualTo("succeeded");
    assertThat(given.vmState(vm)).isEqualTo("running");
    assertThat(given.text("SELECT created IS NOT NULL AND public_ipv4 = '192.0.2.7' FROM vms"))
        .isEqualTo("t");
    assertThat(given.text("SELECT key_type || content FROM vm_ssh_host_key"))
        .isEqualTo("ssh-ed25519AAAA");
    assertThat(given.text("SELECT host || outcome FROM operation_attempts"))
        .isEqualTo("baikalsucceeded");
  }

  @Test
  void a_vm_that_was_deleted_while_it_was_provisioned_is_never_billed() throws Exception {
    String vm = given.vm(1);
    given.provision(vm);
    SpokeQueue baikal = given.spoke("baikal");
    Claim claim = baikal.claim(1).getFirst();
    given.jdbc.sql("UPDATE vms SET deleted = now(), desired_state = 'deleted'").update();

    assertThat(baikal.settle(claim, new Outcome.Succeeded(DONE))).isTrue();

    assertThat(given.text("SELECT created FROM vms")).isEqualTo("null");
  }

  @Test
  void operations_of_one_vm_run_one_at_a_time_in_order_and_a_dead_one_blocks_those_behind_it()
      throws Exception {
    String vm = given.running(1, "baikal");
    long stop = given.onHost("stop", vm, "baikal");
    long start = given.onHost("start", vm, "baikal");
    SpokeQueue baikal = given.spoke("baikal");

    Claim first = baikal.claim(10).getFirst();
    assertThat(first.operation()).isEqualTo(stop);
    assertThat(baikal.claim(10)).isEmpty();
    baikal.settle(first, failed(FailureKind.USER));

    assertThat(given.state(stop)).isEqualTo("dead");
    assertThat(baikal.claim(10)).isEmpty();

    assertThat(queue.retry(stop)).isTrue();
    baikal.settle(baikal.claim(10).getFirst(), new Outcome.Succeeded("{}"));
    assertThat(given.vmState(vm)).isEqualTo("stopped");
    assertThat(baikal.claim(10).getFirst().operation()).isEqualTo(start);
  }

  @Test
  void a_teardown_cancels_what_is_before_it() throws Exception {
    String vm = given.running(1, "baikal");
    SpokeQueue baikal = given.spoke("baikal");
    long running = given.onHost("restart", vm, "baikal");
    Claim restart = baikal.claim(1).getFirst();
    long waiting = given.onHost("stop", vm, "baikal");

    queue.cancelAllOf(vm);
    long teardown = given.onHost("teardown", vm, "baikal");

    assertThat(given.state(waiting)).isEqualTo("cancelled");
    assertThat(baikal.heartbeat(Set.of(restart.token())).toCancel())
        .containsExactly(restart.token());
    assertThat(baikal.note(restart, "shut down")).isFalse();
    assertThat(baikal.settle(restart, new Outcome.Cancelled())).isTrue();
    assertThat(given.state(running)).isEqualTo("cancelled");
    assertThat(baikal.claim(1).getFirst().operation()).isEqualTo(teardown);
  }

  @Test
  void a_host_takes_only_what_fits_and_never_another_hosts_work() throws Exception {
    given.provision(given.vm(1));
    given.provision(given.vm(2));
    given.provision(given.vm(3));
    given.onHost("stop", given.running(4, "titicaca"), "titicaca");
    // 512 MB are the reserve of a provision.
    SpokeQueue baikal = given.spoke("baikal", new Room(2 * 1024 + 512, 8));

    assertThat(baikal.claim(10)).hasSize(2);
    assertThat(baikal.claim(10)).isEmpty();
    assertThat(given.spoke("titicaca").claim(10))
        .extracting(Claim::kind)
        .contains("stop")
        .hasSize(2);
  }

  @Test
  void a_host_that_drains_takes_no_new_vms_but_serves_those_it_has() throws Exception {
    given.provision(given.vm(1));
    given.onHost("stop", given.running(2, "baikal"), "baikal");
    SpokeQueue baikal = given.spoke("baikal");
    given.jdbc.sql("UPDATE hosts SET state = 'draining' WHERE id = 'baikal'").update();

    assertThat(baikal.claim(10)).extracting(Claim::kind).containsExactly("stop");
  }

  @Test
  void while_claims_are_frozen_nothing_is_claimed() throws Exception {
    given.queue.enqueue(NewOperation.noop());
    SpokeQueue baikal = given.spoke("baikal");
    given
        .jdbc
        .sql("INSERT INTO freezes (scope, reason, actor) VALUES ('claims', 'x', 'x')")
        .update();
    assertThat(baikal.claim(10)).isEmpty();
    given.jdbc.sql("UPDATE freezes SET until = now() - interval '1 s'").update();
    assertThat(baikal.claim(10)).hasSize(1);
  }

  @Test
  void a_transient_failure_is_tried_again_later_until_its_attempts_are_used_up() throws Exception {
    String vm = given.vm(1);
    long provision = given.provision(vm);
    SpokeQueue baikal = given.spoke("baikal");
    for (int attempt = 1; attempt <= 5; attempt++) {
      Claim claim = baikal.claim(1).getFirst();
      assertThat(claim.attempt()).isEqualTo(attempt);
      baikal.settle(claim, failed(FailureKind.TRANSIENT));
      assertThat(
              given.text(
                  """
                  SELECT run_at > now() - interval '1 s' AND run_at < now() + interval '161 s' FROM operations
                  """))
          .isEqualTo("t");
      given.jdbc.sql("UPDATE operations SET run_at = now()").update();
    }

    assertThat(given.state(provision)).isEqualTo("dead");
    assertThat(given.vmState(vm)).isEqualTo("failed");
    assertThat(given.text("SELECT created FROM vms")).isEqualTo("null");
    assertThat(given.text("SELECT memory_mb FROM host_room('baikal')")).isEqualTo("65536");
    assertThat(given.count("SELECT count(*) FROM operation_attempts WHERE step = 'disk'"))
        .isEqualTo(5);
  }

  @Test
  void a_host_without_room_gives_a_provision_back_to_the_others_without_using_an_attempt()
      throws Exception {
    String vm = given.vm(1);
    given.provision(vm);
    SpokeQueue baikal = given.spoke("baikal");
    baikal.settle(baikal.claim(1).getFirst(), failed(FailureKind.CAPACITY));

    assertThat(given.text("SELECT host FROM vms")).isEqualTo("null");
    assertThat(given.vmState(vm)).isEqualTo("requested");
    given.jdbc.sql("UPDATE operations SET run_at = now()").update();
    assertThat(given.spoke("titicaca").claim(1).getFirst().attempt()).isEqualTo(1);
  }

  @Test
  void what_is_returned_can_be_claimed_at_once_and_used_no_attempt() throws Exception {
    given.queue.enqueue(NewOperation.noop());
    SpokeQueue baikal = given.spoke("baikal");
    baikal.settle(baikal.claim(1).getFirst(), new Outcome.Returned());
    assertThat(baikal.claim(1).getFirst().attempt()).isEqualTo(1);
  }

  @Test
  void a_spoke_whose_session_was_silent_for_too_long_can_no_longer_settle() throws Exception {
    long stop = given.onHost("stop", given.running(1, "baikal"), "baikal");
    SpokeQueue stale = given.spoke("baikal");
    Claim lost = stale.claim(1).getFirst();
    given.silentFor("baikal", 44);
    assertThat(queue.rescueExpired()).isZero();
    given.silentFor("baikal", 46);

    assertThat(queue.rescueExpired()).isEqualTo(1);

    assertThat(stale.settle(lost, new Outcome.Succeeded("{}"))).isFalse();
    assertThatThrownBy(() -> stale.claim(1)).isInstanceOf(SessionLost.class);
    assertThatThrownBy(() -> stale.heartbeat(Set.of(lost.token()))).isInstanceOf(SessionLost.class);
    assertThat(given.state(stop)).isEqualTo("queued");
    Claim fresh = given.spoke("baikal").claim(1).getFirst();
    assertThat(fresh.token()).isGreaterThan(lost.token());
    assertThat(fresh.attempt()).isEqualTo(2);
    assertThat(given.text("SELECT outcome FROM operation_attempts")).isEqualTo("lost");
  }

  @Test
  void a_spoke_that_starts_again_gets_its_unfinished_operations_back_at_once() throws Exception {
    given.onHost("stop", given.running(1, "baikal"), "baikal");
    Claim before = given.spoke("baikal").claim(1).getFirst();

    var again = new SpokeQueue(given.login("baikal"));
    Session session = again.openSession("test", QueueFixture.BIG, before.token());

    assertThat(session.epoch()).isEqualTo(2);
    assertThat(session.rescued()).isEqualTo(1);
    assertThat(again.claim(1).getFirst().operation()).isEqualTo(before.operation());
  }

  @Test
  void of_two_spokes_with_one_login_the_later_one_works_and_the_other_learns_it() throws Exception {
    SpokeQueue first = given.spoke("baikal");
    SpokeQueue second = given.spoke("baikal");
    given.queue.enqueue(NewOperation.noop());

    assertThatThrownBy(() -> first.claim(1)).isInstanceOf(SessionLost.class);
    assertThat(second.claim(1)).hasSize(1);
  }

  @Test
  void a_database_that_never_gave_out_a_token_that_was_applied_is_refused() {
    var spoke = new SpokeQueue(given.login("baikal"));
    assertThatThrownBy(() -> spoke.openSession("test", QueueFixture.BIG, 1_000))
        .isInstanceOf(SessionRefused.class)
        .hasMessageContaining("has applied fencing token 1000");
    assertThat(given.text("SELECT subject FROM audit.events WHERE action = 'spoke refused'"))
        .isEqualTo("host baikal");
  }

  @Test
  void finished_operations_leave_for_the_history_of_their_month_and_dead_ones_stay()
      throws Exception {
    given.queue.enqueueAll(List.of(NewOperation.noop(), NewOperation.noop(), NewOperation.noop()));
    SpokeQueue baikal = given.spoke("baikal");
    List<Claim> claims = baikal.claim(3);
    assertThat(baikal.settleAll(claims.subList(0, 2))).hasSize(2);
    baikal.settle(claims.get(2), failed(FailureKind.INTERNAL));
    given
        .jdbc
        .sql("UPDATE operations SET finished_at = '2026-10-31T23:59:59Z' WHERE id = :id")
        .param("id", claims.getFirst().operation())
        .update();

    assertThat(queue.retire(Duration.ZERO, 100)).isEqualTo(2);

    assertThat(given.count("SELECT count(*) FROM operations_history_202610")).isEqualTo(1);
    assertThat(given.count("SELECT count(*) FROM operations_history")).isEqualTo(2);
    assertThat(given.text("SELECT state FROM operations")).isEqualTo("dead");
  }

  @Test
  void a_restore_charges_nothing_for_the_time_in_which_the_vm_was_deleted() throws Exception {
    String vm = given.running(1, "baikal");
    given
        .jdbc
        .sql(
            """
            UPDATE vms SET created = now() - interval '9 d', deleted = now() - interval '2 d', state = 'deleted'
            """)
        .update();
    given.jdbc.sql("UPDATE vm_rates SET valid_from = now() - interval '9 d'").update();
    given.onHost("restore", vm, "baikal");
    SpokeQueue baikal = given.spoke("baikal");
    baikal.settle(baikal.claim(1).getFirst(), new Outcome.Succeeded(DONE));

    assertThat(given.vmState(vm)).isEqualTo("running");
    assertThat(given.text("SELECT deleted FROM vms")).isEqualTo("null");
    assertThat(
            given.text(
                "SELECT string_agg(cents_per_month::text, ' ' ORDER BY valid_from) FROM vm_rates"))
        .isEqualTo("768.00 0 768.00");
  }

  @Test
  void a_restore_that_failed_leaves_the_vm_deleted_and_may_be_retried() throws Exception {
    String vm = given.running(1, "baikal");
    given
        .jdbc
        .sql("UPDATE vms SET deleted = now(), state = 'deleted', desired_state = 'running'")
        .update();
    long restore = given.onHost("restore", vm, "baikal");
    SpokeQueue baikal = given.spoke("baikal");
    baikal.settle(baikal.claim(1).getFirst(), failed(FailureKind.INTERNAL));
    assertThat(given.text("SELECT state || ' ' || desired_state FROM vms"))
        .isEqualTo("deleted deleted");

    queue.retry(restore);
    baikal.settle(baikal.claim(1).getFirst(), new Outcome.Succeeded(DONE));
    assertThat(given.text("SELECT state || ' ' || desired_state FROM vms"))
        .isEqualTo("running running");
  }

  @Test
  void an_operation_of_a_kind_that_does_not_exist_is_refused() {
    assertThatThrownBy(() -> given.onHost("explode", given.running(1, "baikal"), "baikal"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("explode");
  }
}
