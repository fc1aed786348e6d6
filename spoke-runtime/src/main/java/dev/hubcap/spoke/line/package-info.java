/**
 * The spoke's lines to the database: {@link dev.hubcap.spoke.line.QueueLine} for nearly all that is
 * asked and told, {@link dev.hubcap.spoke.line.SettleLine} for the ends of whole batches, and
 * {@link dev.hubcap.spoke.line.WorkHint} for hints that there is work.
 */
@NullMarked
package dev.hubcap.spoke.line;

import org.jspecify.annotations.NullMarked;
