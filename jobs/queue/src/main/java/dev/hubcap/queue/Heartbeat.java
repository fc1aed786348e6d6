package dev.hubcap.queue;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What the database answers to a sign of life.
 *
 * @param ours tokens of operations that are still the session's
 * @param toCancel those of them that somebody cancelled
 * @param workDue whether something waits to be claimed now
 * @param dueIn how soon the next waiting operation is due; empty if none waits
 * @param schemaVersion the database's
 */
public record Heartbeat(
    Set<Long> ours,
    Set<Long> toCancel,
    boolean workDue,
    Optional<Duration> dueIn,
    int schemaVersion) {}
