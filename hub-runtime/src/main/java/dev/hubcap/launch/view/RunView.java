package dev.hubcap.launch.view;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run as people and programs see it, in the API's names.
 *
 * @param businessDate null for jobs without one
 * @param status as in table {@code runs}
 * @param reason why it was started, if anybody said so
 * @param plan whether it only says what it would do
 * @param planHash of the plan that it wrote, if it did
 * @param started null while it waits for an earlier run of its job
 * @param ended null until it has an outcome
 * @param summary one sentence on the outcome
 * @param exit what the command line exits with; null while the run is under way
 * @param progress null unless the run is under way and something can be counted
 */
public record RunView(
    long id,
    String job,
    @Nullable LocalDate businessDate,
    String status,
    String actor,
    @Nullable String reason,
    Map<String, String> parameters,
    boolean plan,
    @Nullable String planHash,
    Instant created,
    @Nullable Instant started,
    @Nullable Instant ended,
    @Nullable String summary,
    @Nullable Integer exit,
    @Nullable Progress progress,
    List<Step> steps) {

  /**
   * How far a run is.
   *
   * @param total null if nobody can know
   * @param unit what is counted
   * @param basis where the numbers come from
   * @param perSecond since this execution began, rounded to tenths; null at the very beginning
   * @param etaSeconds until the end at that pace; null if nobody can know
   */
  public record Progress(
      long done,
      @Nullable Long total,
      String unit,
      String basis,
      @Nullable Double perSecond,
      @Nullable Long etaSeconds) {}

  /**
   * A step in its latest execution; the pieces of a partitioned step count together.
   *
   * @param status Spring Batch's, in lower case
   * @param written rows
   * @param message what the step said when it ended other than well
   */
  public record Step(
      String name,
      String status,
      @Nullable Instant started,
      @Nullable Instant ended,
      long written,
      @Nullable String message) {}

  RunView with(@Nullable Progress far, List<Step> detail) {
    return new RunView(
        id,
        job,
        businessDate,
        status,
        actor,
        reason,
        parameters,
        plan,
        planHash,
        created,
        started,
        ended,
        summary,
        exit,
        far,
        detail);
  }

  /** Whether the run can still go on by itself. */
  boolean underWay() {
    return status.equals("running");
  }
}
