package dev.hubcap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KilledHubTest {

  @RegisterExtension private final Processes processes = new Processes();
  private final BilledProvider provider = processes.own(BilledProvider.create());

  private Hub hub() {
    return processes.hub("baikal", provider.database()).as(provider.token());
  }

  @Test
  void a_night_whose_hub_was_killed_is_completed_by_its_next_start_to_the_same_ledger() {
    Hub killed = hub().awaitLeading();
    long run;
    try (var _ = provider.holdLastPiece()) {
      run = BilledProvider.startNight(killed);
      provider.awaitMiddleOfAccrual(1);

      killed.process().kill();
      assertThat(provider.status(run)).isEqualTo("running");

      hub().awaitLeading();
      provider.awaitMiddleOfAccrual(2);
    }
    provider.assertBilledExactly(run);
  }

  @Test
  void a_night_whose_hub_was_told_to_end_is_left_at_a_safe_point_and_completed_by_its_next_start() {
    Hub ended = hub().awaitLeading();
    long run;
    try (var _ = provider.holdLastPiece()) {
      run = BilledProvider.startNight(ended);
      provider.awaitMiddleOfAccrual(1);

      ended.process().terminate();
      await().until(() -> provider.isStopping(run));
    }
    assertThat(ended.process().awaitEnd().exit()).isEqualTo(143);
    assertThat(provider.status(run)).isEqualTo("running");
    assertThat(provider.daysClosed()).isZero();
    assertThat(provider.leaseIsFree()).isTrue();

    hub();
    provider.assertBilledExactly(run);
  }
}
