package dev.hubcap.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What may not run, asked of a real hub over HTTP and by the real client. */
class RefusedRunTest {

  @RegisterExtension private final Processes processes = new Processes();
  private final BilledProvider provider = processes.own(BilledProvider.create());
  private final String today = LocalDate.now(Clock.systemUTC()).toString();

  private JavaProcess.Ended run(Hub hub, String... options) {
    Map<String, String> settings =
        Map.of("HUBCAP_SERVER", hub.url(), "HUBCAP_TOKEN", provider.token());
    List<String> command = new ArrayList<>(List.of("run", "nightly-billing"));
    command.addAll(List.of(options));
    return processes.client(settings, command.toArray(String[]::new));
  }

  private static void assertRefused(JavaProcess.Ended ended, int exit, String sentence) {
    assertThat(ended.err()).matches("\\V+\\v+").containsIgnoringCase(sentence);
    assertThat(ended.exit()).isEqualTo(exit);
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void what_may_not_run_is_refused_in_one_sentence_and_nothing_is_written() {
    Hub hub = processes.hub("baikal", provider.database()).as(provider.token()).awaitLeading();
    String night = Fleet.NIGHT.toString();
    long run;
    try (var _ = provider.holdLastPiece()) {
      run = BilledProvider.startNight(hub);
      provider.awaitMiddleOfAccrual(1);
      Map<String, String> content = provider.content();

      assertThat(start(hub, today).status()).isEqualTo(422);
      assertRefused(run(hub, "--business-date", today), 2, "business-date is " + today);
      assertRefused(run(hub, "-p", "speed=high"), 2, "speed");
      assertRefused(run(hub, "-p", "business-date=soon"), 2, "business-date is 'soon'");
      assertThat(start(hub, night).status()).isEqualTo(409);
      assertRefused(run(hub, "--business-date", night), 6, "run " + run + " of nightly-billing");

      assertThat(provider.content()).isEqualTo(content);
    }
    provider.assertBilledExactly(run);
  }

  private static Hub.Answer start(Hub hub, String businessDate) {
    return hub.post("/api/v1/runs", Map.of("job", "nightly-billing", "businessDate", businessDate));
  }

  @Test
  void a_client_that_finds_no_hub_says_so() {
    String nobody = "http://127.0.0.1:1";
    assertRefused(processes.client(Map.of("HUBCAP_SERVER", nobody), "jobs", "list"), 8, nobody);
  }
}
