package dev.hubcap.database.sql;

import org.jspecify.annotations.Nullable;

/**
 * What an operator wants to be run.
 *
 * @param sql any number of statements, separated by semicolons
 * @param readOnly whether the database shall refuse every change
 * @param actor who asks, for the audit log
 * @param reason why, for the audit log and the history of payments; null if not given
 */
public record SqlRequest(
    String sql, SqlFormat format, boolean readOnly, String actor, @Nullable String reason) {}
