package dev.hubcap.launch.view;

import dev.hubcap.launch.view.RunView.Progress;
import dev.hubcap.launch.view.RunView.Step;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The steps of a run as Spring Batch wrote them down, over all executions of the run: a restart
 * does not repeat what is complete.
 */
final class RunSteps {

  /** Spring Batch names the pieces of a partitioned step {@code step:piece}. */
  private static final char PIECE = ':';

  private record Execution(
      long id,
      long job,
      String name,
      String status,
      @Nullable LocalDateTime started,
      @Nullable LocalDateTime ended,
      @Nullable LocalDateTime updated,
      long written,
      @Nullable String message) {

    String step() {
      int piece = name.indexOf(PIECE);
      return piece < 0 ? name : name.substring(0, piece);
    }

    boolean isPiece() {
      return name.indexOf(PIECE) >= 0;
    }

    boolean complete() {
      return status.equals("COMPLETED");
    }
  }

  private final JdbcClient jdbc;

  RunSteps(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The latest execution of each step and piece of the run that this job execution belongs to. */
  private List<Execution> executions(long jobExecution) {
    return jdbc.sql(
            """
            SELECT DISTINCT ON (s.step_name) s.*
            FROM batch.batch_job_execution mine
            JOIN batch.batch_job_execution j ON j.job_instance_id = mine.job_instance_id
            JOIN batch.batch_step_execution s ON s.job_execution_id = j.job_execution_id
            WHERE mine.job_execution_id = :execution
            ORDER BY s.step_name, s.step_execution_id DESC
            """)
        .param("execution", jobExecution)
        .query((row, n) -> execution(row))
        .list();
  }

  private static Execution execution(ResultSet row) throws SQLException {
    return new Execution(
        row.getLong("step_execution_id"),
        row.getLong("job_execution_id"),
        row.getString("step_name"),
        row.getString("status"),
        row.getObject("start_time", LocalDateTime.class),
        row.getObject("end_time", LocalDateTime.class),
        row.getObject("last_updated", LocalDateTime.class),
        row.getLong("write_count"),
        row.getString("exit_message"));
  }

  /** The steps in the order in which they began. */
  List<Step> steps(long jobExecution) {
    Map<String, List<Execution>> byStep = new LinkedHashMap<>();
    executions(jobExecution).stream()
        .sorted(Comparator.comparingLong(Execution::id))
        .forEach(e -> byStep.computeIfAbsent(e.step(), name -> new ArrayList<>()).add(e));
    return byStep.entrySet().stream().map(step -> step(step.getKey(), step.getValue())).toList();
  }

  private static Step step(String name, List<Execution> executions) {
    Execution worst =
        executions.stream().filter(e -> !e.complete()).findFirst().orElse(executions.getLast());
    return new Step(
        name,
        worst.status().toLowerCase(Locale.ROOT),
        at(starts(executions.stream()).min(Comparator.naturalOrder())),
        worst.complete() ? at(ends(executions).max(Comparator.naturalOrder())) : null,
        executions.stream().mapToLong(Execution::written).sum(),
        worst.complete() ? null : firstLine(worst.message()));
  }

  private static @Nullable String firstLine(@Nullable String message) {
    return message == null || message.isBlank() ? null : message.lines().findFirst().orElse(null);
  }

  private static Stream<LocalDateTime> starts(Stream<Execution> executions) {
    return executions.flatMap(e -> Optional.ofNullable(e.started()).stream());
  }

  private static Stream<LocalDateTime> ends(List<Execution> executions) {
    return executions.stream().flatMap(e -> Optional.ofNullable(e.ended()).stream());
  }

  /** Spring Batch writes times in the zone of the JVM; a hub's is UTC. */
  private static @Nullable Instant at(Optional<LocalDateTime> local) {
    return local.map(time -> time.atZone(ZoneId.systemDefault()).toInstant()).orElse(null);
  }

  /**
   * How far the run is: by the pieces of its partitioned step, or by the rows of its plan, or just
   * by the rows written so far.
   *
   * @param planned rows of the run's plan, if it has one
   */
  Optional<Progress> progress(long jobExecution, Optional<Long> planned) {
    List<Execution> all = executions(jobExecution);
    Optional<String> partitioned =
        all.stream()
            .filter(Execution::isPiece)
            .max(Comparator.comparingLong(Execution::id))
            .map(Execution::step);
    if (partitioned.isPresent()) {
      String step = partitioned.get();
      List<Execution> pieces =
          all.stream().filter(e -> e.isPiece() && e.step().equals(step)).toList();
      return Optional.of(byPieces(step, pieces, jobExecution));
    }
    long rows = written(all.stream());
    return rows == 0 && planned.isEmpty()
        ? Optional.empty()
        : Optional.of(byRows(rows, planned.orElse(null), all, jobExecution));
  }

  private static long written(Stream<Execution> executions) {
    return executions.mapToLong(Execution::written).sum();
  }

  private static Progress byRows(
      long rows, @Nullable Long planned, List<Execution> all, long jobExecution) {
    List<Execution> now = all.stream().filter(e -> e.job() == jobExecution).toList();
    var pace = new Pace(written(now.stream()), starts(now.stream()), updates(now));
    return new Progress(
        rows,
        planned,
        "rows",
        planned == null ? "rows written" : "rows of the plan",
        pace.perSecond(),
        planned == null || planned < rows ? null : pace.secondsFor(planned - rows));
  }

  private static Stream<LocalDateTime> updates(List<Execution> executions) {
    return executions.stream().flatMap(e -> Optional.ofNullable(e.updated()).stream());
  }

  private static Progress byPieces(String step, List<Execution> pieces, long jobExecution) {
    List<Execution> done = pieces.stream().filter(Execution::complete).toList();
    List<Execution> now = done.stream().filter(e -> e.job() == jobExecution).toList();
    var pace =
        new Pace(
            now.size(), starts(pieces.stream().filter(e -> e.job() == jobExecution)), ends(now));
    return new Progress(
        done.size(),
        (long) pieces.size(),
        "pieces",
        "pieces of step " + step,
        pace.perSecond(),
        pace.secondsFor((long) pieces.size() - done.size()));
  }

  /**
   * How fast this execution goes.
   *
   * @param millis in which so much was done; null if that is not known yet
   */
  private record Pace(long done, @Nullable Long millis) {

    Pace(long done, Stream<LocalDateTime> from, Stream<LocalDateTime> to) {
      this(done, between(from.min(Comparator.naturalOrder()), to.max(Comparator.naturalOrder())));
    }

    private static @Nullable Long between(
        Optional<LocalDateTime> from, Optional<LocalDateTime> to) {
      return from.isPresent() && to.isPresent()
          ? Math.max(1, Duration.between(from.get(), to.get()).toMillis())
          : null;
    }

    @Nullable Double perSecond() {
      return millis == null || done == 0 ? null : Math.round(done * 10_000.0 / millis) / 10.0;
    }

    @Nullable Long secondsFor(long left) {
      return millis == null || done == 0 ? null : Math.ceilDiv(left * millis, done * 1_000L);
    }
  }
}
