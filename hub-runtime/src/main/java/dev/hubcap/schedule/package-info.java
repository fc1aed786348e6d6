/**
 * When jobs run. Every fire that a definition promises becomes a row of {@code expected_runs}, and
 * every row is dispatched, skipped or missed with a reason: none is lost, and none runs twice.
 * Quartz only says when to look. Start reading at {@link dev.hubcap.schedule.SchedulePass}.
 */
@NullMarked
package dev.hubcap.schedule;

import org.jspecify.annotations.NullMarked;
