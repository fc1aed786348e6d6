/**
 * PostgreSQL's own programs, {@code pg_dump} and {@code pg_restore}: finding those that fit a
 * server, and running them. Start reading at {@link dev.hubcap.database.pg.PgPrograms}.
 */
@NullMarked
package dev.hubcap.database.pg;

import org.jspecify.annotations.NullMarked;
