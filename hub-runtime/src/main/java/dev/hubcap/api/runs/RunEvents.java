package dev.hubcap.api.runs;

import dev.hubcap.launch.view.RunView;
import dev.hubcap.launch.view.Runs;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one listener is told of a run, by looking at the database again and again: each line of the
 * log once, the run whenever it changed, and its end. Any hub can tell it, the standby too.
 */
final class RunEvents {

  /** Whoever listens. */
  interface Listener {

    /**
     * Tells one event.
     *
     * @param id where a listener that comes back goes on; null: where it was
     */
    void event(String name, @Nullable String id, Object data) throws IOException;
  }

  private static final int LINES = 500;

  private final Runs runs;
  private final long run;
  private long seen;
  private @Nullable RunView shown;

  /**
   * @param after the log line that the listener saw last; 0 if none
   */
  RunEvents(Runs runs, long run, long after) {
    this.runs = runs;
    this.run = run;
    this.seen = after;
  }

  /**
   * Looks once and tells what is new; empty if the listener was told the end. The run is read
   * before its log, so that no line of a run that ended is left out.
   *
   * @return how many events were told
   */
  Optional<Integer> pass(Listener listener) throws IOException {
    RunView now = runs.find(run).orElseThrow(() -> RunsController.noSuchRun(run));
    int told = log(listener);
    if (!now.equals(shown)) {
      listener.event("run", null, now);
      shown = now;
      told++;
    }
    if (now.exit() != null) {
      listener.event("end", null, now);
      return Optional.empty();
    }
    return Optional.of(told);
  }

  private int log(Listener listener) throws IOException {
    int told = 0;
    List<Runs.LogLine> lines;
    do {
      lines = runs.log(run, seen, LINES);
      for (Runs.LogLine line : lines) {
        listener.event("log", Long.toString(line.seq()), line);
        seen = line.seq();
        told++;
      }
    } while (lines.size() == LINES);
    return told;
  }
}
