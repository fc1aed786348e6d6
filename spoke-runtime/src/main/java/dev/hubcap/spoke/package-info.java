/**
 * A spoke: it claims operations for its host and has them done. {@link dev.hubcap.spoke.Spoke} is
 * the loop, {@link dev.hubcap.spoke.line.QueueLine} its line to the database, {@link
 * dev.hubcap.spoke.Work} one operation under way.
 */
@NullMarked
package dev.hubcap.spoke;

import org.jspecify.annotations.NullMarked;
