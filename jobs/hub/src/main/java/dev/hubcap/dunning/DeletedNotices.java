package dev.hubcap.dunning;

import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Tells customers that their VMs were deleted, once the last teardown of their episode has
 * succeeded, and until when they can be had back. That ends the episode: who has a VM restored and
 * runs out again is warned again.
 */
public final class DeletedNotices {

  private static final String RAISE =
      """
      WITH done AS (
        SELECT t.episode, string_agg(v.id, ', ' ORDER BY v.id) AS vms,
               to_char(min(v.purge_after) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS kept_until
        FROM dunning_teardowns t JOIN vms v ON v.id = t.vm_id
        WHERE NOT EXISTS (SELECT FROM notices n WHERE n.episode = t.episode AND n.kind = 'delete_now')
        GROUP BY t.episode
        HAVING bool_and(v.state IN ('deleted', 'purged', 'failed'))),
      raised AS (
        INSERT INTO notices (episode, kind) SELECT episode, 'delete_now' FROM done
        ON CONFLICT (episode, kind) DO NOTHING RETURNING id, episode),
      over AS (
        UPDATE dunning_episodes e SET ended_at = coalesce(e.ended_at, now()) FROM raised r WHERE e.id = r.episode)
      SELECT r.id AS notice, e.email, d.vms, coalesce(d.kept_until, '') AS kept_until
      FROM raised r JOIN done d ON d.episode = r.episode JOIN dunning_episodes e ON e.id = r.episode
      ORDER BY r.id
      """;

  private final JdbcClient jdbc;
  private final NoticeMails mails;

  public DeletedNotices(JdbcClient jdbc, DunningSettings settings, String mailDomain) {
    this.jdbc = jdbc;
    this.mails = new NoticeMails(jdbc, settings, mailDomain);
  }

  private record Raised(long notice, String email, String vms, String keptUntil) {}

  /**
   * Raises what is due, in the caller's transaction.
   *
   * @return how many
   */
  public int raise() {
    List<Raised> all =
        jdbc.sql(RAISE)
            .query(
                (row, nth) ->
                    new Raised(
                        row.getLong("notice"),
                        row.getString("email"),
                        row.getString("vms"),
                        row.getString("kept_until")))
            .list();
    for (Raised raised : all) {
      mails.send(
          raised.notice(),
          NoticeKind.DELETE_NOW,
          raised.email(),
          Map.of("vms", raised.vms(), "kept_until", raised.keptUntil()));
    }
    return all.size();
  }
}
