package dev.hubcap.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.migrations.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LostDatabaseTest {

  @RegisterExtension private final Processes processes = new Processes();
  private final TestServer server = processes.own(TestServer.start());
  private final BilledProvider provider = BilledProvider.createOn(server);

  @Test
  void a_night_whose_database_was_restarted_is_completed_by_the_same_leader() {
    Hub hub = hub();
    long run;
    try (var _ = provider.holdLastPiece()) {
      run = BilledProvider.startNight(hub);
      provider.awaitMiddleOfAccrual(1);

      server.restart();
    }
    provider.assertBilledExactly(run);
    assertThat(provider.epoch()).isEqualTo(1);
    assertThat(hub.awaitLeading().version()).isEqualTo(new Hub.Version(true, "baikal"));
  }

  @Test
  void a_night_whose_database_was_away_for_longer_than_a_lease_is_completed_in_the_next_term() {
    Hub hub = hub();
    long run;
    try (var _ = provider.holdLastPiece()) {
      run = BilledProvider.startNight(hub);
      provider.awaitMiddleOfAccrual(1);

      server.kill();
      hub.awaitStanding("unknown");
    }
    server.startAgain();

    provider.assertBilledExactly(run);
    assertThat(provider.epoch()).isEqualTo(2);
    assertThat(hub.awaitLeading().version()).isEqualTo(new Hub.Version(true, "baikal"));
  }

  private Hub hub() {
    return processes.hub("baikal", provider.database()).as(provider.token()).awaitLeading();
  }
}
