package dev.hubcap.demo;

import dev.hubcap.launch.view.RunView;
import java.io.PrintStream;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * After the night, VMs of whoever was warned and did not pay would be torn down: so many that a
 * guard stops the run until a person has looked at its plan.
 */
final class DemoTeardown {

  private static final int SHOWN = 5;

  private final JdbcClient jdbc;
  private final DemoRuns runs;
  private final PrintStream out;

  DemoTeardown(JdbcClient jdbc, DemoRuns runs, PrintStream out) {
    this.jdbc = jdbc;
    this.runs = runs;
    this.out = out;
  }

  /** Plays it; true unless the run failed. */
  boolean play() {
    out.println();
    RunView run = runs.play("teardown-overdue");
    if (!run.status().equals("awaiting_approval")) {
      return run.status().equals("completed");
    }
    out.println("Its plan:");
    jdbc
        .sql("SELECT subject, before, after FROM plan_rows WHERE run_id = :run ORDER BY position")
        .param("run", run.id())
        .query(
            (row, nth) ->
                "  %s of %s: %s"
                    .formatted(
                        row.getString("subject"), row.getString("before"), row.getString("after")))
        .stream()
        .limit(SHOWN)
        .forEach(out::println);
    out.println("  ...");
    out.printf(
        "Nothing has happened yet. A person looks at it, and then:%n"
            + "  ./hubcap runs show %d%n  ./hubcap runs reject %d --reason \"they have paid\"%n",
        run.id(), run.id());
    return true;
  }
}
