/**
 * The operations queue in PostgreSQL: one row for each piece of VM work, from enqueue to its last
 * attempt.
 */
@NullMarked
package dev.hubcap.queue;

import org.jspecify.annotations.NullMarked;
