package dev.hubcap.restriction;

import dev.hubcap.migrations.SchemaRefused;
import dev.hubcap.migrations.SchemaStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hub whose database has an older schema and that was told to wait instead of migrating ({@code
 * hubcap.schema.on-start: wait}). It may run the job that upgrades the schema and nothing else.
 * Once the schema is current, whoever upgraded it, the restriction is lifted for good.
 */
public final class Restriction implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Restriction.class);

  private final Supplier<SchemaStatus> schema;
  private final List<Runnable> waiting = new ArrayList<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("schema-watch").daemon().factory());
  private volatile Optional<String> reason = Optional.empty();

  private Restriction(Supplier<SchemaStatus> schema) {
    this.schema = schema;
  }

  /** Of a hub whose schema is current. */
  public static Restriction none() {
    return new Restriction(
        () -> {
          throw new IllegalStateException(
              "nobody looks at the schema of a hub that is not waiting");
        });
  }

  /** Of a hub that waits until the schema is current; it looks each second. */
  public static Restriction untilCurrent(Supplier<SchemaStatus> schema) {
    var restriction = new Restriction(schema);
    restriction.reason = why(schema.get());
    if (restriction.reason.isPresent()) {
      var _ = restriction.thread.scheduleWithFixedDelay(restriction::look, 1, 1, TimeUnit.SECONDS);
    }
    return restriction;
  }

  /** Why the hub is restricted, and what to do; empty if it is not. */
  public Optional<String> reason() {
    return reason;
  }

  /** Has that called once the hub is not restricted any more; at once if it is not now. */
  public void whenLifted(Runnable call) {
    synchronized (waiting) {
      if (reason.isPresent()) {
        waiting.add(call);
        return;
      }
    }
    call.run();
  }

  /** Whether the hub is whole: not restricted, and all that waited for that has begun. */
  public boolean lifted() {
    synchronized (waiting) {
      return reason.isEmpty() && waiting.isEmpty();
    }
  }

  /** Looks whether the schema is current now; what cannot begin then is tried again. */
  void look() {
    try {
      reason = why(schema.get());
    } catch (SchemaRefused away) {
      LOG.atDebug().setCause(away).log("the schema cannot be looked at");
    }
    if (reason.isEmpty()) {
      lift();
    }
  }

  private void lift() {
    List<Runnable> calls;
    synchronized (waiting) {
      calls = List.copyOf(waiting);
    }
    for (Runnable call : calls) {
      try {
        call.run();
        synchronized (waiting) {
          waiting.remove(call);
        }
      } catch (RuntimeException failed) {
        LOG.atError().setCause(failed).log("what waited for the schema's upgrade cannot begin yet");
      }
    }
    if (lifted()) {
      LOG.info("the schema is current; the hub is not restricted any more");
      thread.shutdown();
    }
  }

  private static Optional<String> why(SchemaStatus status) {
    return status.isCurrent()
        ? Optional.empty()
        : Optional.of(
            "the database's schema is at version %d and this hub needs %d; it waits for its upgrade: hubcap run schema-upgrade"
                .formatted(status.databaseVersion(), status.wantedVersion()));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
