package dev.hubcap.mail;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What operators have to know, as mails to each of them: a run that failed or waits for approval, a
 * missed night, a job that has not succeeded for too long, an operation that was given up, a spoke
 * that is silent or was refused, a mail that nobody took, a BTCPay invoice that is not as it should
 * be. Each is told once; what is older than two days is no news.
 */
public final class OperatorNews {

  /**
   * Failures of one job are told at most once an hour. What is told of is marked by the Message-ID
   * of its mail, so that nothing else has to remember it.
   */
  private static final String NEWS =
      """
      SELECT about, subject, body FROM (
        SELECT DISTINCT ON (job, floor(extract(epoch FROM ended) / 3600))
               format('failed-%s-%s', job, floor(extract(epoch FROM ended) / 3600)) AS about,
               format('%s failed', job) AS subject,
               format(E'Run %s of %s failed at %s UTC:\\n\\n%s\\n\\n''hubcap logs %s'' says more; ''hubcap runs restart %s'' goes on where it ended.',
                      id, job, to_char(ended AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), coalesce(summary, 'It gave no reason.'), id, id) AS body
        FROM runs WHERE status = 'failed' AND NOT plan AND ended > now() - interval '2 days'
        UNION ALL
        SELECT format('approval-%s-%s', id, left(coalesce(plan_hash, ''), 12)),
               format('%s waits for approval', job),
               format(E'A guard has stopped run %s of %s before any effect:\\n\\n%s\\n\\nLook at it with ''hubcap runs show %s'', then ''hubcap runs approve %s'' or ''hubcap runs reject %s''.',
                      id, job, coalesce(summary, ''), id, id, id)
        FROM runs WHERE status = 'awaiting_approval' AND created > now() - interval '30 days'
        UNION ALL
        SELECT format('missed-%s-%s', job, (fire_at AT TIME ZONE 'UTC')::date),
               format('%s was missed', job),
               format(E'%s did not run, and will not by itself, for %s: %s\\n\\n''hubcap missed list'', then ''hubcap missed replay'' or ''dismiss''.',
                      job, string_agg(DISTINCT business_date::text, ', '), coalesce(min(reason), 'no reason is known'))
        FROM expected_runs WHERE state = 'missed' AND fire_at > now() - interval '2 days'
        GROUP BY job, (fire_at AT TIME ZONE 'UTC')::date
        UNION ALL
        SELECT format('overdue-%s-%s', job, (now() AT TIME ZONE 'UTC')::date),
               format('%s has not succeeded for too long', job),
               format(E'%s has not succeeded since %s UTC; its definition allows %s.\n\n''hubcap jobs history %s'' shows what became of it, ''hubcap doctor'' what else is wrong.',
                      job, to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), allowed, job)
        FROM (SELECT d.job, d.allowed, coalesce(
                (SELECT max(r.ended) FROM runs r
                 WHERE r.job = d.job AND NOT r.plan AND r.status IN ('completed', 'completed_with_skips', 'skipped')),
                (SELECT min(x.fire_at) FROM expected_runs x WHERE x.job = d.job)) AS since
              FROM unnest(:jobs::text[], :allowed::interval[]) AS d (job, allowed)) waited_for
        WHERE since < now() - allowed
        UNION ALL
        SELECT format('operation-%s-%s', id, coalesce(fencing_token, 0)),
               format('operation %s was given up', id),
               format(E'%s of %s on host %s was given up after %s attempts:\\n\\n%s\\n\\nLater work on that VM waits. ''hubcap operations show %s'' says more; then ''hubcap operations retry %s'' or ''cancel''.',
                      kind, coalesce(vm_id, 'no VM'), coalesce(host, '-'), attempts, coalesce(error ->> 'message', 'It gave no reason.'), id, id)
        FROM operations WHERE state = 'dead' AND finished_at > now() - interval '2 days'
        UNION ALL
        SELECT format('silent-%s-%s', h.id, extract(epoch FROM max(s.heartbeat_at))::bigint),
               format('the spoke of %s is silent', h.id),
               format(E'The spoke of host %s was last heard of at %s UTC. Its VMs go on; its work waits for it.\\n\\nLook at the host and at its spoke''s log.',
                      h.id, to_char(max(s.heartbeat_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'))
        FROM hosts h JOIN host_sessions s ON s.host = h.id
        WHERE h.state <> 'removed'
        GROUP BY h.id
        HAVING max(s.heartbeat_at) BETWEEN now() - interval '2 days' AND now() - interval '5 minutes'
        UNION ALL
        SELECT DISTINCT format('refused-%s-%s', replace(subject, 'host ', ''), at::date),
               format('the spoke of %s was refused', subject),
               format(E'%s\\n\\nWas a backup restored? Do not let it work before that is understood.', after ->> 'reason')
        FROM audit.events WHERE action = 'spoke refused' AND at > now() - interval '2 days'
        UNION ALL
        SELECT format('btcpay-%s-%s-%s', invoice, kind, left(md5(says), 8)),
               format('BTCPay invoice %s', invoice),
               format(E'BTCPay invoice %s: %s.\n\n''hubcap btcpay status'' shows all; ''hubcap btcpay reconcile %s'' asks again.',
                      invoice, says, invoice)
        FROM btcpay_matters WHERE at > now() - interval '2 days'
        UNION ALL
        SELECT format('mail-%s', id),
               format('a mail to %s was refused', recipient),
               format(E'Mail %s, "%s", could not be delivered to %s:\\n\\n%s\\n\\nCorrect the address, or reach the customer another way.',
                      id, subject, recipient, last_error)
        FROM mails WHERE refused_at > now() - interval '2 days' AND recipient <> ALL (:operators)
      ) news
      WHERE NOT EXISTS (SELECT FROM mails m WHERE m.message_id = '<news-' || about || '-1@' || :domain || '>')
      ORDER BY about LIMIT 100
      """;

  private final JdbcClient jdbc;
  private final String domain;
  private final Outbox outbox;
  private final List<String> operators;
  private final SortedMap<String, Duration> deadMen;

  /**
   * @param domain of the Message-IDs
   * @param operators their addresses; without any, nothing is told
   * @param deadMen by job, how long it may go without success
   */
  public OperatorNews(
      JdbcClient jdbc, String domain, List<String> operators, Map<String, Duration> deadMen) {
    this.jdbc = jdbc;
    this.domain = domain;
    this.outbox = new Outbox(jdbc, domain);
    this.operators = List.copyOf(operators);
    this.deadMen = new TreeMap<>(deadMen);
  }

  private record News(String about, String subject, String body) {}

  /**
   * Writes what is new into the outbox.
   *
   * @return how much was new
   */
  public int tell() {
    if (operators.isEmpty()) {
      return 0;
    }
    List<News> all =
        jdbc.sql(NEWS)
            .param("operators", operators.toArray(String[]::new))
            .param("domain", domain)
            .param("jobs", deadMen.keySet().toArray(String[]::new))
            .param(
                "allowed", deadMen.values().stream().map(Duration::toString).toArray(String[]::new))
            .query(
                (row, nth) ->
                    new News(
                        row.getString("about"), row.getString("subject"), row.getString("body")))
            .list();
    for (News news : all) {
      for (int nth = 1; nth <= operators.size(); nth++) {
        outbox.add(
            "news-%s-%d".formatted(news.about(), nth),
            operators.get(nth - 1),
            "Hubcap: " + news.subject(),
            news.body());
      }
    }
    return all.size();
  }
}
