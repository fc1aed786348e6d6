package dev.hubcap.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TwoHubsTest {

  @RegisterExtension private final Processes processes = new Processes();
  private final BilledProvider provider = processes.own(BilledProvider.create());

  private Hub hub(String name, String... options) {
    return processes.hub(name, provider.database(), options).as(provider.token());
  }

  @Test
  void the_standby_serves_the_api_and_takes_over_when_the_leader_is_killed() {
    Hub baikal = hub("baikal").awaitLeading();
    Hub titicaca = hub("titicaca").awaitStandby();
    long run;
    try (var _ = provider.holdLastPiece()) {
      run = BilledProvider.startNight(baikal);
      provider.awaitMiddleOfAccrual(1);
      assertThat(baikal.version()).isEqualTo(new Hub.Version(true, "baikal"));
      assertThat(titicaca.version()).isEqualTo(new Hub.Version(false, "baikal"));
      assertThat(titicaca.get("/api/v1/runs/" + run).body().path("status").asString())
          .isEqualTo("running");
      assertThat(titicaca.post("/api/v1/runs/" + run + "/stop", Map.of()).status()).isEqualTo(503);

      baikal.process().kill();

      await().until(titicaca::standing, "leading"::equals);
      assertThat(titicaca.version()).isEqualTo(new Hub.Version(true, "titicaca"));
      provider.awaitMiddleOfAccrual(2);
    }
    provider.assertBilledExactly(run);
  }

  @Test
  void a_leader_that_was_paused_and_goes_on_writes_not_one_row_more() {
    Hub paused = hub("baikal").awaitLeading();
    Hub titicaca = hub("titicaca").awaitStandby();
    long run;
    try (var _ = provider.holdLastPiece()) {
      run = BilledProvider.startNight(paused);
      provider.awaitMiddleOfAccrual(1);
      paused.process().pause();
      await().until(titicaca::standing, "leading"::equals);
      provider.awaitMiddleOfAccrual(2);

      Map<String, String> content = provider.content();
      try (var _ = provider.holdLease()) { // it cannot find out by its lease at once
        paused.process().resume();
        assertThat(paused.post("/api/v1/runs/" + run + "/stop", Map.of()).status()).isEqualTo(503);
      }
      await().until(paused::version, new Hub.Version(false, "titicaca")::equals);
      await().until(() -> paused.process().output().contains("the term is over"));

      assertThat(provider.content()).isEqualTo(content);
    }
    provider.assertBilledExactly(run);
    assertThat(titicaca.version()).isEqualTo(new Hub.Version(true, "titicaca"));
  }

  @Test
  void a_hub_that_wants_to_be_alone_ends_with_one_sentence_and_changes_nothing() {
    hub("baikal").awaitLeading();
    provider.awaitSchedule();
    Map<String, String> content = provider.content();

    JavaProcess.Ended alone = hub("titicaca", "--exclusive").process().awaitEnd();

    assertThat(alone.exit()).isEqualTo(1);
    assertThat(alone.err())
        .isEqualToIgnoringNewLines(
            "hubcap: the hub baikal leads this database; stop it first, or start without"
                + " --exclusive");
    assertThat(provider.content()).isEqualTo(content);
  }
}
