package dev.hubcap.cli.follow;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.Exit;
import dev.hubcap.cli.client.HubClient;
import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.client.RunEvents;
import dev.hubcap.cli.client.RunEvents.Event;
import dev.hubcap.cli.render.Output;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Follows a run until it has an outcome. Whoever stops following, by Ctrl-C or because it takes too
 * long, never stops the run.
 */
public final class RunFollower {

  private static final Duration TICK = Duration.ofSeconds(1);

  private final HubClient hub;
  private final Output output;
  private final Wish wish;
  private long lastLine;

  /**
   * How to follow.
   *
   * @param log takes each line of the log, as the hub tells it
   * @param progress whether progress is shown
   * @param atMost no longer than that; null: until the end
   */
  public record Wish(Consumer<JsonNode> log, boolean progress, @Nullable Duration atMost) {}

  public RunFollower(HubClient hub, Output output, Wish wish) {
    this.hub = hub;
    this.output = output;
    this.wish = wish;
  }

  /**
   * Returns the run as it ended. Throws {@link CommandFailed} with {@link Exit#WAITED} or {@link
   * Exit#UNREACHABLE} if the end was not seen.
   */
  public JsonNode follow(String run) {
    var progress = new ProgressLine(output, !wish.progress());
    String goesOn = "run %s goes on; 'hubcap logs %s -f' follows it again.".formatted(run, run);
    try (var detach =
            new DetachNotice(
                () -> {
                  progress.erase();
                  output.warn("Detached; " + goesOn);
                });
        var events = new RunEvents(hub, run, RunEvents.Patience.USUAL)) {
      try {
        return untilTheEnd(events, progress, goesOn);
      } catch (InterruptedException e) {
        detach.say();
        Thread.currentThread().interrupt();
        throw new CommandFailed(Exit.WAITED, "");
      } finally {
        progress.erase();
      }
    }
  }

  private JsonNode untilTheEnd(RunEvents events, ProgressLine progress, String goesOn)
      throws InterruptedException {
    long began = System.nanoTime();
    while (true) {
      Duration left = left(began);
      if (!left.isPositive()) {
        throw new CommandFailed(Exit.WAITED, "Waited long enough; " + goesOn);
      }
      switch (events.next(left.compareTo(TICK) < 0 ? left : TICK)) {
        case Event.Log(JsonNode line) -> log(line, progress);
        case Event.Changed(JsonNode run) -> progress.show(run.path("progress"));
        case Event.End(JsonNode run) -> {
          return run;
        }
        case Event.Lost() -> {
          progress.erase();
          output.say("The connection to the hub was lost; trying again.");
        }
        case Event.Broken(RuntimeException why) -> throw why;
        case null -> {}
      }
    }
  }

  private Duration left(long began) {
    Duration atMost = wish.atMost();
    return atMost == null ? TICK : atMost.minusNanos(System.nanoTime() - began);
  }

  private void log(JsonNode line, ProgressLine progress) {
    long seq = line.path("seq").asLong(0);
    if (seq > lastLine) {
      lastLine = seq;
      progress.erase();
      wish.log().accept(line);
    }
  }

  /** A line of a log as people read it. */
  public static String words(JsonNode line) {
    String at = Json.text(line, "at").replaceFirst("\\.\\d+(?=Z$)", "");
    return Output.printable(
        "%s %-5s %s".formatted(at, Json.text(line, "level"), Json.text(line, "message")));
  }
}
