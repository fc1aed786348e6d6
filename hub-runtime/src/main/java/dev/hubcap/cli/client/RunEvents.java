package dev.hubcap.cli.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The events of one run, over as many connections as it takes: after a lost one, or one on which
 * even the hub's heartbeat stays away, it comes back with the last event's id, at first soon and
 * then less and less often.
 */
public final class RunEvents implements AutoCloseable {

  /** What happens. */
  public sealed interface Event {
    /** A line of the run's log. */
    record Log(JsonNode line) implements Event {}

    /** The run has changed. */
    record Changed(JsonNode run) implements Event {}

    /** The run has ended or waits for approval; nothing follows. */
    record End(JsonNode run) implements Event {}

    /** The connection was lost; another is tried. */
    record Lost() implements Event {}

    /** Nothing follows, for this reason. */
    record Broken(RuntimeException why) implements Event {}
  }

  /**
   * How often to come back.
   *
   * @param first the pause before the second try; each later one is twice as long
   * @param longest no pause is longer
   * @param giveUp after that time without a connection
   */
  public record Patience(Duration first, Duration longest, Duration giveUp) {

    /** Outlives the restart of a hub and the change to another one. */
    public static final Patience USUAL =
        new Patience(Duration.ofMillis(250), Duration.ofSeconds(10), Duration.ofMinutes(10));
  }

  private final HubClient hub;
  private final Resource resource;
  private final Patience patience;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(1000);
  private final Thread reader;
  private @Nullable String lastId;
  private boolean ended;
  private boolean heard;

  /** Begins to listen. */
  public RunEvents(HubClient hub, String run, Patience patience) {
    this.hub = hub;
    this.resource = Resource.of("runs", run, "events");
    this.patience = patience;
    this.reader = Thread.ofVirtual().name("run-events").unstarted(this::listen);
    reader.start();
  }

  /** The next event; null if none comes in that time. */
  public @Nullable Event next(Duration atMost) throws InterruptedException {
    return events.poll(Math.max(0, atMost.toMillis()), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    reader.interrupt();
  }

  private void listen() {
    try {
      listenUntilTheEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void listenUntilTheEnd() throws InterruptedException {
    Duration pause = patience.first();
    long lost = System.nanoTime();
    while (!ended) {
      heard = false;
      try (InputStream stream = hub.events(resource, lastId)) {
        read(stream);
      } catch (CommandFailed e) {
        events.put(new Event.Broken(e));
        return;
      } catch (IOException | JacksonException e) {
        if (heard || pause.equals(patience.first())) {
          events.put(new Event.Lost());
        }
      }
      if (ended) {
        return;
      }
      if (heard) {
        pause = patience.first();
        lost = System.nanoTime();
      } else if (System.nanoTime() - lost > patience.giveUp().toNanos()) {
        String sentence =
            "The hub at %s has not answered for %s; the run may well go on."
                .formatted(hub.address().url(), patience.giveUp());
        events.put(new Event.Broken(new CommandFailed(Exit.UNREACHABLE, sentence)));
        return;
      }
      Thread.sleep(pause);
      pause = shorter(pause.multipliedBy(2), patience.longest());
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void read(InputStream stream) throws IOException, InterruptedException {
    var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    String name = "message";
    String id = null;
    var data = new StringBuilder();
    for (String line = lines.readLine(); line != null && !ended; line = lines.readLine()) {
      heard = true;
      if (line.isEmpty()) {
        tell(name, data.toString());
        lastId = id == null ? lastId : id;
        name = "message";
        id = null;
        data.setLength(0);
      } else if (line.startsWith("event:")) {
        name = value(line);
      } else if (line.startsWith("id:")) {
        id = value(line);
      } else if (line.startsWith("data:")) {
        data.append(data.isEmpty() ? "" : "\n").append(value(line));
      }
    }
  }

  private static String value(String line) {
    String value = line.substring(line.indexOf(':') + 1);
    return value.startsWith(" ") ? value.substring(1) : value;
  }

  private void tell(String name, String data) throws InterruptedException {
    switch (name) {
      case "log" -> events.put(new Event.Log(Json.read(data)));
      case "run" -> events.put(new Event.Changed(Json.read(data)));
      case "end" -> {
        events.put(new Event.End(Json.read(data)));
        ended = true;
      }
      default -> {}
    }
  }
}
