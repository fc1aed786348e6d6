package dev.hubcap.queue;

import java.time.Duration;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The hub's side of the queue. Everything joins the caller's transaction, so that an operation is
 * there exactly if its cause is. Operations of one VM run one at a time, in order of id.
 */
public final class OperationsQueue {

  /** A session whose spoke was silent for longer has lost what it held. */
  public static final Duration LEASE = Duration.ofSeconds(45);

  private static final String INSERT =
      """
      INSERT INTO operations (kind, vm_id, host, email, payload, memory_mb, vcpus, run_id, max_attempts)
      SELECT n.kind, n.vm, n.host, n.email, n.payload::jsonb, n.memory_mb, n.vcpus, n.run, k.max_attempts
      FROM unnest(:kinds::text[], :vms::text[], :hosts::text[], :emails::text[], :payloads::text[],
                  :memory::int[], :vcpus::int[], :runs::bigint[])
           WITH ORDINALITY AS n (kind, vm, host, email, payload, memory_mb, vcpus, run, nth)
      JOIN operation_kinds k ON k.kind = n.kind
      ORDER BY n.nth
      RETURNING id
      """;

  private final JdbcClient jdbc;

  public OperationsQueue(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Enqueues one operation, behind what its VM already waits for.
   *
   * @return its id
   * @throws IllegalArgumentException if there is no such kind
   */
  public long enqueue(NewOperation operation) {
    return enqueueAll(List.of(operation)).getFirst();
  }

  /**
   * Enqueues many in one statement, in their order. The rows of their VMs stay locked until the
   * caller commits: ids of one VM are then in the order of commit.
   */
  public List<Long> enqueueAll(List<NewOperation> operations) {
    jdbc.sql("SELECT id FROM vms WHERE id = ANY (:vms) ORDER BY id FOR NO KEY UPDATE")
        .param("vms", texts(operations, operation -> operation.vm().orElse(null)))
        .query(row -> {});
    List<Long> ids =
        jdbc.sql(INSERT)
            .param("kinds", texts(operations, NewOperation::kind))
            .param("vms", texts(operations, operation -> operation.vm().orElse(null)))
            .param("hosts", texts(operations, operation -> operation.host().orElse(null)))
            .param("emails", texts(operations, operation -> operation.email().orElse(null)))
            .param("payloads", texts(operations, NewOperation::payload))
            .param("memory", array(operations, operation -> operation.takes().memoryMb()))
            .param("vcpus", array(operations, operation -> operation.takes().vcpus()))
            .param("runs", runs(operations))
            .query((row, n) -> row.getLong("id"))
            .list();
    if (ids.size() != operations.size()) {
      throw new IllegalArgumentException(
          "an operation of a kind that table operation_kinds does not have: "
              + operations.stream().map(NewOperation::kind).distinct().toList());
    }
    return ids;
  }

  /**
   * Cancels every operation of a VM that is not over: what waits, or is dead, at once; what runs,
   * at its handler's next step. A teardown calls this first, so that it cannot starve.
   */
  public void cancelAllOf(String vm) {
    jdbc.sql(
            """
            SELECT id FROM operations
            WHERE vm_id = :vm AND state IN ('queued', 'running', 'dead') ORDER BY id FOR NO KEY UPDATE
            """)
        .param("vm", vm)
        .query((row, n) -> row.getLong("id"))
        .list()
        .forEach(this::cancel);
  }

  /** What became of a wish to cancel. */
  public enum Cancelled {
    /** It did not run, and will not. */
    AT_ONCE,
    /** It runs, and stops at its next step. */
    ASKED,
    /** It was over already. */
    TOO_LATE
  }

  /** Cancels one operation. */
  public Cancelled cancel(long operation) {
    boolean atOnce =
        jdbc.sql(
                    """
                    WITH cancelled AS (
                      UPDATE operations SET state = 'cancelled', finished_at = clock_timestamp()
                      WHERE id = :id AND state IN ('queued', 'dead') RETURNING kind, vm_id, host)
                    SELECT apply_end(kind, vm_id), pg_notify(operations_channel(host), '') FROM cancelled
                    """)
                .param("id", operation)
                .query((row, n) -> true)
                .list()
                .size()
            == 1;
    if (atOnce) {
      return Cancelled.AT_ONCE;
    }
    int asked =
        jdbc.sql(
                """
                UPDATE operations SET cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp())
                WHERE id = :id AND state = 'running'
                """)
            .param("id", operation)
            .update();
    return asked == 1 ? Cancelled.ASKED : Cancelled.TOO_LATE;
  }

  /** Lets a dead operation begin anew, with all its attempts; false if it is not dead. */
  public boolean retry(long operation) {
    return jdbc.sql(
                """
                WITH retried AS (
                  UPDATE operations
                  SET state = 'queued', attempts = 0, run_at = clock_timestamp(), finished_at = NULL, error = NULL
                  WHERE id = :id AND state = 'dead' RETURNING host)
                SELECT pg_notify(operations_channel(host), '') FROM retried
                """)
            .param("id", operation)
            .query((row, n) -> true)
            .list()
            .size()
        == 1;
  }

  /**
   * Puts back what sessions held that were silent for longer than {@link #LEASE}, by the database's
   * clock.
   *
   * @return how many operations
   */
  public int rescueExpired() {
    return jdbc.sql(
            """
            SELECT coalesce(sum(end_session(s.id, 'its spoke was silent for more than ' || :seconds || ' s')), 0)
            FROM (SELECT id FROM host_sessions
                  WHERE ended IS NULL AND heartbeat_at < clock_timestamp() - make_interval(secs => :seconds)
                  ORDER BY id FOR NO KEY UPDATE SKIP LOCKED) s
            """)
        .param("seconds", LEASE.toSeconds())
        .query(Integer.class)
        .single();
  }

  /**
   * Moves operations that are over for longer to the history.
   *
   * @param atMost how many in this transaction, so that it stays short
   * @return how many were moved
   */
  public int retire(Duration overFor, int atMost) {
    return jdbc.sql(
            "SELECT retire_operations(clock_timestamp() - make_interval(secs => :secs), :most)")
        .param("secs", overFor.toSeconds())
        .param("most", atMost)
        .query(Integer.class)
        .single();
  }

  /** A pause that doubles with each attempt, from the first to the longest; both above 0. */
  public record BackOff(Duration first, Duration longest) {}

  /**
   * Says how operations of a kind are done from now on; those that are queued keep their number of
   * attempts.
   *
   * @param deadline how long one attempt may take
   * @param memoryReserveMb what has to stay free on a host beyond what the VM takes
   */
  public void rules(
      String kind, int attempts, BackOff backOff, Duration deadline, int memoryReserveMb) {
    jdbc.sql(
            """
            UPDATE operation_kinds
            SET max_attempts = :attempts, backoff = make_interval(secs => :first),
                backoff_most = make_interval(secs => greatest(:first, :longest)),
                deadline = make_interval(secs => :deadline), memory_reserve_mb = :reserve
            WHERE kind = :kind
            """)
        .param("attempts", attempts)
        .param("first", backOff.first().toMillis() / 1000.0)
        .param("longest", backOff.longest().toMillis() / 1000.0)
        .param("deadline", deadline.toMillis() / 1000.0)
        .param("reserve", memoryReserveMb)
        .param("kind", kind)
        .update();
  }

  private interface Text {
    @Nullable String of(NewOperation operation);
  }

  private static @Nullable String[] texts(List<NewOperation> operations, Text text) {
    return operations.stream().map(text::of).toArray(String[]::new);
  }

  private static Integer[] array(
      List<NewOperation> operations, ToIntFunction<NewOperation> number) {
    return operations.stream().map(number::applyAsInt).toArray(Integer[]::new);
  }

  private static @Nullable Long[] runs(List<NewOperation> operations) {
    return operations.stream()
        .map(operation -> operation.run().isPresent() ? operation.run().getAsLong() : null)
        .toArray(Long[]::new);
  }
}
