package dev.hubcap.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.definitions.JobDefinitions;
import dev.hubcap.definitions.Misfire;
import dev.hubcap.definitions.Schedule;
import dev.hubcap.leadership.LeadershipLost;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** On Quartz and the machine's own clock; each waits only for what it expects. */
class SchedulingTest {

  private static final Duration NEVER = Duration.ofDays(1);

  private final Semaphore passes = new Semaphore(0);

  @Test
  void the_first_pass_is_made_at_once() throws Exception {
    try (var _ = scheduling("0 0 0 1 1 ? 2199", NEVER).begin(passes::release)) {
      assertPasses(1);
    }
  }

  @Test
  void every_fire_of_a_definition_makes_a_pass() throws Exception {
    try (var _ = scheduling("* * * * * ?", NEVER).begin(passes::release)) {
      assertPasses(4);
    }
  }

  @Test
  void what_waits_is_looked_for_every_so_often() throws Exception {
    try (var _ = scheduling("0 0 0 1 1 ? 2199", Duration.ofMillis(20)).begin(passes::release)) {
      assertPasses(10);
    }
  }

  @Test
  void a_pass_that_fails_is_followed_by_another() throws Exception {
    var made = new AtomicInteger();
    Runnable failing =
        () -> {
          passes.release();
          throw made.incrementAndGet() == 1
              ? new LeadershipLost(1)
              : new IllegalStateException("the database is away");
        };
    try (var _ = scheduling("* * * * * ?", NEVER).begin(failing)) {
      assertPasses(4);
    }
  }

  @Test
  void after_its_end_no_pass_is_made_and_another_term_may_begin() throws Exception {
    var scheduling = scheduling("* * * * * ?", Duration.ofMillis(1));
    var first = scheduling.begin(passes::release);
    assertPasses(1);
    first.close();
    passes.drainPermits();

    var others = new Semaphore(0);
    try (var _ = scheduling.begin(others::release)) {
      assertThat(others.tryAcquire(20, 3, TimeUnit.MINUTES)).isTrue();
    }
    assertThat(passes.availablePermits()).isZero();
  }

  private void assertPasses(int count) throws InterruptedException {
    assertThat(passes.tryAcquire(count, 3, TimeUnit.MINUTES)).as("%d passes", count).isTrue();
  }

  private static Scheduling scheduling(String cron, Duration everySoOften) {
    var schedule = new Schedule(cron, ZoneOffset.UTC, Misfire.CATCH_UP);
    return new Scheduling(
        JobDefinitions.of(List.of(ScheduleFixture.definition("night", Optional.of(schedule)))),
        Clock.systemUTC(),
        everySoOften);
  }
}
