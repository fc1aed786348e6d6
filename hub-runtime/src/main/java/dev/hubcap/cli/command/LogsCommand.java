package dev.hubcap.cli.command;

import dev.hubcap.cli.client.Exit;
import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.follow.RunFollower;
import dev.hubcap.cli.follow.RunOutcome;
import dev.hubcap.cli.render.Output;
import dev.hubcap.cli.session.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code hubcap logs}: what a run said. */
@Command(name = "logs", description = "What a run said.")
public final class LogsCommand implements Callable<Integer> {

  private final Session session;

  @Parameters(paramLabel = "RUN")
  long run;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until the run ends; exits as the run does.")
  boolean follow;

  public LogsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (follow) {
      var wish = new RunFollower.Wish(this::print, !session.output().json(), null);
      JsonNode ended =
          new RunFollower(session.hub(), session.output(), wish).follow(Long.toString(run));
      session
          .output()
          .say("Run %d: %s.".formatted(run, Json.text(ended, "status").replace('_', ' ')));
      return RunOutcome.exit(ended);
    }
    session
        .hub()
        .pages(
            Resource.of("runs", Long.toString(run), "log"),
            page -> page.path("items").forEach(this::print));
    return Exit.DONE;
  }

  /** A log may be long and may still grow, so in JSON each line is an object of its own. */
  private void print(JsonNode line) {
    Output output = session.output();
    output.data(output.json() ? Json.write(line) : RunFollower.words(line));
  }
}
