package dev.hubcap.leadership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hubcap.migrations.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.springframework.jdbc.core.simple.JdbcClient;

class LeadershipTest {

  private final TestDatabase database = TestDatabase.create();
  private final List<TestHub> hubs = new ArrayList<>();
  private final TestHub baikal = hub("baikal");
  private final TestHub titicaca = hub("titicaca");

  @AfterEach
  void close() {
    hubs.forEach(TestHub::close);
    database.close();
  }

  private TestHub hub(String name) {
    return hub(name, LeaseTimes.USUAL);
  }

  private TestHub hub(String name, LeaseTimes times) {
    var hub = new TestHub(database, name, times);
    hubs.add(hub);
    return hub;
  }

  private void expireLease() {
    JdbcClient.create(database.asSuperuser())
        .sql("UPDATE hub_leadership SET expires_at = '-infinity'")
        .update();
  }

  @Test
  void a_hub_takes_a_lease_that_nobody_holds_and_a_second_one_stands_by() {
    assertThat(baikal.pass()).isEqualTo(new Standing.Leading(1, true));
    assertThat(titicaca.pass()).isEqualTo(new Standing.Standby("baikal"));
  }

  @Test
  void readiness_tells_strangers_neither_who_leads_nor_what_the_database_said() {
    baikal.lead();
    titicaca.pass();
    var standby = new LeadershipHealth(titicaca.leadership);
    assertThat(standby.health().getDetails()).isEqualTo(Map.of("standing", "standby"));

    titicaca.loseDatabase();
    titicaca.pass();
    assertThat(standby.health().getDetails()).isEqualTo(Map.of("standing", "unknown"));
  }

  @Test
  void a_leader_keeps_its_epoch_when_it_renews() {
    baikal.lead();
    assertThat(baikal.pass()).isEqualTo(new Standing.Leading(1, true));
    assertThat(titicaca.pass()).isEqualTo(new Standing.Standby("baikal"));
  }

  @Test
  void a_standby_takes_over_a_lease_that_ran_out_and_the_old_leader_stands_by() {
    baikal.lead();
    expireLease();
    assertThat(titicaca.lead().epoch()).isEqualTo(2);
    assertThat(baikal.pass()).isInstanceOf(Standing.Standby.class);
    await().untilAsserted(() -> assertThat(baikal.laidDown).containsExactly(false));
  }

  /**
   * At worst the lease was renewed just before the death, the standby had looked just before the
   * lease's end, and then waits for a transaction of the dead leader as long as between two looks.
   */
  @Test
  void a_standby_looks_often_enough_to_take_over_within_15_s_of_a_death() {
    baikal.lead();
    Duration look = titicaca.leadership.pass();
    assertThat(LeaseTimes.USUAL.lease().plus(look.multipliedBy(2)))
        .isLessThan(Duration.ofSeconds(15));
  }

  @Test
  void a_hub_that_lost_the_leadership_may_lead_again_under_a_later_epoch() {
    baikal.lead();
    expireLease();
    titicaca.lead();
    baikal.pass();
    expireLease();
    assertThat(baikal.lead().epoch()).isEqualTo(3);
  }

  @Test
  void of_many_that_try_at_once_exactly_one_leads() throws Exception {
    baikal.lead();
    expireLease();
    List<Callable<Boolean>> attempts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      TestHub candidate = hub("candidate " + i);
      attempts.add(() -> candidate.pass() instanceof Standing.Leading);
    }
    try (var threads = Executors.newFixedThreadPool(6)) {
      int leaders = 0;
      for (var attempt : threads.invokeAll(attempts)) {
        leaders += attempt.get() ? 1 : 0;
      }
      assertThat(leaders).isEqualTo(1);
    }
  }

  @Test
  void a_leader_that_ends_in_order_is_succeeded_at_once() {
    baikal.lead();
    baikal.leadership.close();
    assertThat(baikal.laidDown).containsExactly(true);
    assertThat(titicaca.pass()).isEqualTo(new Standing.Leading(2, true));
  }

  @Test
  void a_leader_whose_database_is_away_for_less_than_the_lease_goes_on_under_its_epoch() {
    baikal.lead();
    baikal.loseDatabase();
    baikal.secondsPass(8);
    assertThat(baikal.pass()).isEqualTo(new Standing.Leading(1, false));
    baikal.findDatabaseAgain();
    assertThat(baikal.pass()).isEqualTo(new Standing.Leading(1, true));
    assertThat(baikal.laidDown).isEmpty();
  }

  @Test
  void a_leader_that_cannot_renew_within_the_lease_ends_its_term_by_itself() {
    baikal.lead();
    baikal.loseDatabase();
    baikal.secondsPass(9);
    assertThat(baikal.pass()).isInstanceOf(Standing.Standby.class);
    assertThat(baikal.pass()).isInstanceOf(Standing.DatabaseAway.class);
    await().untilAsserted(() -> assertThat(baikal.laidDown).containsExactly(false));
  }

  @Test
  void a_leader_is_not_ready_before_its_work_has_begun() {
    var health = new LeadershipHealth(baikal.leadership);
    var beginning = baikal.holdBeginning();
    baikal.lead();
    assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
    assertThat(health.health().getDetails()).isEqualTo(Map.of("standing", "beginning"));

    beginning.complete(null);
    await().until(() -> health.health().getStatus().equals(Status.UP));
    assertThat(health.health().getDetails()).isEqualTo(Map.of("standing", "leading"));
  }

  @Test
  void a_hub_that_cannot_begin_its_work_is_not_ready_until_it_can() {
    var health = new LeadershipHealth(baikal.leadership);
    baikal.helpless(true);
    baikal.lead();
    await().until(() -> baikal.pass() instanceof Standing.Standby);
    baikal.lead();
    assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
    assertThat(health.health().getDetails()).isEqualTo(Map.of("standing", "unfit"));

    await().until(() -> baikal.pass() instanceof Standing.Standby);
    baikal.helpless(false);
    baikal.lead();
    await()
        .until(
            () ->
                baikal.pass() instanceof Standing.Leading
                    && health.health().getStatus().equals(Status.UP));
  }

  @Test
  void a_hub_that_wants_to_be_alone_refuses_to_stand_by() {
    var fast = new LeaseTimes(Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMillis(50));
    TestHub first = hub("baikal", fast);
    first.lead();
    first.leadership.start();

    assertThatThrownBy(() -> hub("titicaca", fast).leadership.startAlone())
        .isInstanceOf(HubAlreadyLed.class)
        .hasMessageContaining("baikal");
  }

  @Test
  void a_hub_that_wants_to_be_alone_waits_for_the_end_of_a_lease_that_nobody_renews() {
    var fast =
        new LeaseTimes(Duration.ofMillis(900), Duration.ofMillis(100), Duration.ofMillis(50));
    hub("killed", fast).lead();
    TestHub next = hub("next", fast);
    next.leadership.startAlone();
    assertThat(next.leadership.standing()).isEqualTo(new Standing.Leading(2, true));
  }
}
