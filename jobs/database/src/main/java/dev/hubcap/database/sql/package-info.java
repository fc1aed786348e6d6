/**
 * SQL that operators type by hand: split into statements, checked, run in one transaction, printed
 * while the rows arrive, and written to the audit log. Start reading at {@link
 * dev.hubcap.database.sql.SqlByHand}.
 */
@NullMarked
package dev.hubcap.database.sql;

import org.jspecify.annotations.NullMarked;
