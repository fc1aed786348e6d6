package dev.hubcap.dunning;

import dev.hubcap.ledger.Units;
import java.util.Optional;
import java.util.Set;

/**
 * How an account stands, and what it was told.
 *
 * @param now its balance
 * @param tomorrow its balance a day later if nothing changes
 * @param inAWeek the same in seven days
 * @param onHold whether a person is to decide about it
 * @param vms how many it pays for
 * @param episode the open one
 * @param told the notices of that episode, also those that were superseded
 */
record Standing(
    String email,
    Units now,
    Units tomorrow,
    Units inAWeek,
    boolean onHold,
    long vms,
    Optional<Long> episode,
    Set<NoticeKind> told) {}
