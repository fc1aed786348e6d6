package dev.hubcap.accounts.email;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a run was asked to do, from its row and its file's.
 *
 * @param file the upload's id
 * @param sha256 of the file; empty if it was forgotten
 * @param skipInvalid whether wrong lines are passed over
 */
record Wish(long run, String actor, long file, String sha256, boolean skipInvalid) {

  static Wish of(JdbcClient jdbc, long run) {
    return jdbc.sql(
            """
            SELECT r.actor, (r.parameters ->> 'file')::bigint AS file, coalesce(f.sha256, '') AS sha256,
                   coalesce((r.parameters ->> 'skip-invalid')::boolean, false) AS skip_invalid
            FROM runs r LEFT JOIN email_change_files f ON f.id = (r.parameters ->> 'file')::bigint
            WHERE r.id = :run
            """)
        .param("run", run)
        .query(
            (row, nth) ->
                new Wish(
                    run,
                    row.getString("actor"),
                    row.getLong("file"),
                    row.getString("sha256"),
                    row.getBoolean("skip_invalid")))
        .single();
  }
}
