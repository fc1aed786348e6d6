/**
 * The upgrade of the schema with everything around it: a rehearsal on a copy of the structure, a
 * pause, a backup, and checks. Start reading at {@link dev.hubcap.database.schema.GuardedUpgrade}.
 */
@NullMarked
package dev.hubcap.database.schema;

import org.jspecify.annotations.NullMarked;
