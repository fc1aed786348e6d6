/**
 * Backups of the database: made with {@code pg_dump}, each with a manifest of what must be found in
 * it again, verified by restoring them. Start reading at {@link
 * dev.hubcap.database.backup.Backups}.
 */
@NullMarked
package dev.hubcap.database.backup;

import org.jspecify.annotations.NullMarked;
