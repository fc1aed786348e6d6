/**
 * How the runs of one term are carried out. Start reading at {@link
 * dev.hubcap.launch.running.TermRuns}: it hands a run to Spring Batch; {@link
 * dev.hubcap.launch.running.RunOutcome} writes down how it ended, and {@link
 * dev.hubcap.launch.running.RunWatch} looks after those that nobody carries on.
 */
@NullMarked
package dev.hubcap.launch.running;

import org.jspecify.annotations.NullMarked;
