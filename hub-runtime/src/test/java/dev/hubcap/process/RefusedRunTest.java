package dev.hubcap.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What may not run, asked of a real hub over HTTP and by the real client. */
class RefusedRunTest {

  @RegisterExtension private final Processes processes = new Processes();
  private final BilledProvider provider = processes.own(BilledProvider.create());
  private final String today = LocalDate.now(Clock.systemUTC()).toString();

  private Hub hub() {
    return processes.hub("baikal", provider.database()).as(provider.token()).awaitLeading();
  }

  private JavaProcess.Ended client(Hub hub, String... arguments) {
    return processes.client(
        Map.of("HUBCAP_SERVER", hub.url(), "HUBCAP_TOKEN", provider.token()), arguments);
  }

  private static void assertRefused(JavaProcess.Ended ended, int exit, String sentence) {
    assertThat(ended.err()).matches("\\V+\\v+").containsIgnoringCase(sentence);
    assertThat(ended.exit()).isEqualTo(exit);
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void a_wrong_wish_is_refused_in_one_sentence_and_nothing_is_written() {
    Hub hub = hub();
    Map<String, String> content = provider.content();

    assertThat(
            hub.post("/api/v1/runs", Map.of("job", "nightly-billing", "businessDate", today))
                .status())
        .isEqualTo(422);
    assertRefused(
        client(hub, "run", "nightly-billing", "--business-date", today), 2, "business-date");
    assertRefused(client(hub, "run", "nightly-billing", "-p", "speed=high"), 2, "speed");
    assertRefused(
        client(hub, "run", "nightly-billing", "-p", "business-date=soon"), 2, "business-date");
    assertThat(provider.content()).isEqualTo(content);
  }

  @Test
  void the_same_night_cannot_run_twice_at_the_same_time() {
    Hub hub = hub();
    long run;
    try (var _ = provider.holdLastPiece()) {
      run = BilledProvider.startNight(hub);
      provider.awaitMiddleOfAccrual(1);
      Map<String, String> content = provider.content();

      var second = Map.of("job", "nightly-billing", "businessDate", Fleet.NIGHT.toString());
      assertThat(hub.post("/api/v1/runs", second).status()).isEqualTo(409);
      assertRefused(
          client(hub, "run", "nightly-billing", "--business-date", Fleet.NIGHT.toString()),
          6,
          "run %d of nightly-billing".formatted(run));
      assertThat(provider.content()).isEqualTo(content);
    }
    provider.assertBilledExactly(run);
  }

  @Test
  void a_client_that_finds_no_hub_says_so() {
    String nobody = "http://127.0.0.1:" + Processes.freePort();
    assertRefused(processes.client(Map.of("HUBCAP_SERVER", nobody), "jobs", "list"), 8, nobody);
  }
}
