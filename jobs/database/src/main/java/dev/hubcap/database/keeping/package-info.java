/** What becomes of backups once they are made: copies elsewhere, and which ones stay. */
@NullMarked
package dev.hubcap.database.keeping;

import org.jspecify.annotations.NullMarked;
