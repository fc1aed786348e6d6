package dev.hubcap.api.runs;

import dev.hubcap.api.access.Needs;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.launch.Role;
import dev.hubcap.launch.view.Runs;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * {@code /runs/{id}/events}: follows a run as server-sent events {@code log}, {@code run} and
 * {@code end}, after which the stream closes. A quiet stream carries a comment now and then, so
 * that both sides notice a broken connection. Each listener has a virtual thread.
 */
@RestController
@RequestMapping("/api/v1/runs/{run}/events")
public final class RunEventsController implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunEventsController.class);
  private static final long NEVER = 0;

  /**
   * How often a stream looks, and how long it may say nothing.
   *
   * @param look positive
   * @param heartbeat positive
   */
  @ConfigurationProperties("hubcap.api.events")
  public record Pace(Duration look, Duration heartbeat) {}

  private final ExecutorService listeners =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("run-events-", 0).factory());
  private final Runs runs;
  private final Pace pace;

  RunEventsController(Runs runs, Pace pace) {
    this.runs = runs;
    this.pace = pace;
  }

  @GetMapping(produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Needs(Role.VIEWER)
  SseEmitter follow(
      @PathVariable long run,
      @RequestHeader(name = "Last-Event-ID", required = false) Optional<String> lastEventId) {
    var events = new RunEvents(runs, run, lastEventId.map(RunEventsController::seq).orElse(0L));
    if (runs.find(run).isEmpty()) {
      throw RunsController.noSuchRun(run);
    }
    var emitter = new SseEmitter(NEVER);
    Future<?> listening = listeners.submit(() -> tell(events, emitter));
    emitter.onError(gone -> listening.cancel(true));
    emitter.onTimeout(() -> listening.cancel(true));
    return emitter;
  }

  private static long seq(String lastEventId) {
    try {
      return Long.parseLong(lastEventId);
    } catch (NumberFormatException foreign) {
      throw Problem.malformed("Last-Event-ID is not the id of an event of this stream");
    }
  }

  private void tell(RunEvents events, SseEmitter emitter) {
    try {
      tellUntilTheEnd(events, emitter);
      emitter.complete();
    } catch (IOException | IllegalStateException | InterruptedException gone) {
      emitter.complete(); // the listener left, or the hub stops
    } catch (DataAccessException away) {
      LOG.atInfo().setCause(away).log("a stream of events ended: the database does not answer");
      emitter.complete(); // the listener comes back with its last event's id
    }
  }

  private void tellUntilTheEnd(RunEvents events, SseEmitter emitter)
      throws IOException, InterruptedException {
    RunEvents.Listener listener =
        (name, id, data) -> {
          var event = SseEmitter.event().name(name).data(data, MediaType.APPLICATION_JSON);
          emitter.send(id == null ? event : event.id(id));
        };
    Duration quiet = Duration.ZERO;
    Optional<Integer> told = events.pass(listener);
    while (told.isPresent()) {
      quiet = told.get() > 0 ? Duration.ZERO : quiet.plus(pace.look());
      if (quiet.compareTo(pace.heartbeat()) >= 0) {
        emitter.send(SseEmitter.event().comment("still there"));
        quiet = Duration.ZERO;
      }
      Thread.sleep(pace.look());
      told = events.pass(listener);
    }
  }

  /** Ends every stream; listeners may come back to another hub. */
  @Override
  public void close() {
    listeners.shutdownNow();
  }
}
