/**
 * Databases that exist for a moment, on the same server: to restore a backup into and look at it.
 */
@NullMarked
package dev.hubcap.database.scratch;

import org.jspecify.annotations.NullMarked;
