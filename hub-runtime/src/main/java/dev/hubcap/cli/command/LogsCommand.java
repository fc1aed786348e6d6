package dev.hubcap.cli.command;

import dev.hubcap.cli.client.Exit;
import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.follow.RunFollower;
import dev.hubcap.cli.render.Output;
import dev.hubcap.cli.session.Session;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code hubcap logs}: what a run said. */
@Command(name = "logs", description = "What a run said.")
public final class LogsCommand implements Callable<Integer> {

  private static final int ALL = 10_000_000;

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
    Output output = session.output();
    if (follow) {
      var wish = new RunFollower.Wish(output::data, !output.json(), null);
      JsonNode ended = new RunFollower(session.hub(), output, wish).follow(Long.toString(run));
      output.say("Run %d: %s.".formatted(run, Json.text(ended, "status").replace('_', ' ')));
      return RunOutcome.exit(ended);
    }
    List<JsonNode> lines =
        session.hub().list(Resource.of("runs", Long.toString(run), "log"), ALL).items();
    if (output.json()) {
      output.data(Json.pretty(lines));
    } else {
      lines.forEach(line -> output.data(RunFollower.words(line)));
    }
    return Exit.DONE;
  }
}
