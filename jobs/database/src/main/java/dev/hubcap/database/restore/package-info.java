/**
 * Bringing a database back from a backup: into one of its own, proven there, then swapped with the
 * one that it replaces. Start reading at {@link dev.hubcap.database.restore.Restore}.
 */
@NullMarked
package dev.hubcap.database.restore;

import org.jspecify.annotations.NullMarked;
