/**
 * The batch side of backups; what makes and proves them is in {@code dev.hubcap.database.backup}.
 */
@NullMarked
package dev.hubcap.backup;

import org.jspecify.annotations.NullMarked;
