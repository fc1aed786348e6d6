package dev.hubcap.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.migrations.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LostDatabaseTest {

  private static final TestServer SERVER = TestServer.start();

  @AfterAll
  static void stopServer() {
    SERVER.close();
  }

  @RegisterExtension private final Processes processes = new Processes();
  private final BilledProvider provider = processes.own(BilledProvider.createOn(SERVER));

  @Test
  void a_night_whose_database_was_restarted_is_completed() {
    Hub hub = hub();
    long run;
    try (var _ = provider.holdLastPiece()) {
      run = BilledProvider.startNight(hub);
      provider.awaitMiddleOfAccrual(1);

      SERVER.restart();
    }
    provider.assertBilledExactly(run);
    assertThat(hub.awaitLeading().version()).isEqualTo(new Hub.Version(true, "baikal"));
  }

  @Test
  void a_night_whose_database_was_away_for_longer_than_a_lease_is_completed_in_a_later_term() {
    Hub hub = hub();
    long run;
    try (var _ = provider.holdLastPiece()) {
      run = BilledProvider.startNight(hub);
      provider.awaitMiddleOfAccrual(1);

      SERVER.kill();
      hub.awaitStanding("unknown");
    }
    SERVER.startAgain();

    provider.assertBilledExactly(run);
    assertThat(provider.epoch()).isGreaterThan(1);
    assertThat(hub.awaitLeading().version()).isEqualTo(new Hub.Version(true, "baikal"));
  }

  private Hub hub() {
    return processes.hub("baikal", provider.database()).as(provider.token()).awaitLeading();
  }
}
