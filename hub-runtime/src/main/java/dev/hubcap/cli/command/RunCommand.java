package dev.hubcap.cli.command;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.Exit;
import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.follow.PlanRows;
import dev.hubcap.cli.follow.RunFollower;
import dev.hubcap.cli.follow.RunOutcome;
import dev.hubcap.cli.render.Output;
import dev.hubcap.cli.session.Converters;
import dev.hubcap.cli.session.Session;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code hubcap run}: starts a job and follows it. */
@Command(name = "run", description = "Start a job, and follow it until it ends.")
public final class RunCommand implements Callable<Integer> {

  private final Session session;

  @Parameters(paramLabel = "JOB")
  String job = "";

  @Option(
      names = {"-p", "--parameter"},
      paramLabel = "NAME=VALUE")
  Map<String, String> parameters = new HashMap<>();

  @Option(
      names = "--business-date",
      paramLabel = "DATE",
      converter = Converters.BusinessDate.class,
      description = "The day it is about; a date or yesterday.")
  @Nullable String businessDate;

  @Option(names = "--plan", description = "Only say what it would do; exits 10 if there is any.")
  boolean plan;

  @Option(names = "--follow", description = "Follow the run; the default.")
  boolean follow;

  @Option(names = "--detach", description = "Print the run's id and leave.")
  boolean detach;

  @Option(
      names = "--wait-timeout",
      paramLabel = "TIME",
      converter = Converters.Time.class,
      description = "Leave after that time with exit code 124; the run goes on.")
  @Nullable Duration waitTimeout;

  public RunCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (detach && (follow || waitTimeout != null)) {
      throw CommandFailed.usage(
          "--detach does not wait; leave out %s."
              .formatted(follow ? "--follow" : "--wait-timeout"));
    }
    JsonNode started = start();
    String run = Json.text(started, "id");
    Output output = session.output();
    if (detach) {
      output.say("Run %s of %s was started.".formatted(run, job));
      output.data(output.json() ? Json.write(started) : run);
      return Exit.DONE;
    }
    output.say("Run %s of %s was started; Ctrl-C leaves it running.".formatted(run, job));
    var wish =
        new RunFollower.Wish(
            line -> output.say(RunFollower.words(line)), !output.json(), waitTimeout);
    JsonNode ended = new RunFollower(session.hub(), output, wish).follow(run);
    int exit = RunOutcome.exit(ended);
    if (plan && (exit == Exit.DONE || exit == Exit.CHANGES)) {
      return PlanRows.print(session.hub(), output, run);
    }
    RunOutcome.print(output, ended);
    return exit;
  }

  private JsonNode start() {
    Map<String, @Nullable Object> members = new HashMap<>();
    members.put("job", job);
    members.put("parameters", parameters);
    members.put("businessDate", businessDate);
    members.put("plan", plan);
    return session.hub().post(Resource.of("runs"), session.body(members));
  }
}
