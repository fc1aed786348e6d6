package dev.hubcap.launch;

import dev.hubcap.launch.LaunchOutcome.Refused;
import dev.hubcap.launch.running.RunRow;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Judges whether a person may let a waiting run go on. */
record ApprovalCheck(JdbcClient jdbc) {

  private record Plan(String hash, boolean over, String expires) {}

  Optional<Refused> objection(RunRow run, String planHash, Actor actor) {
    if (!run.status().equals("awaiting_approval")) {
      return RunControl.conflict(run, "only a run that waits for approval can be approved");
    }
    return stale(run, planHash).or(() -> own(run, actor));
  }

  private Optional<Refused> stale(RunRow run, String planHash) {
    Optional<Plan> plan =
        jdbc.sql(
                """
                SELECT hash, expires_at <= now() AS over, expires_at::text AS expires
                FROM plans WHERE run_id = :run
                """)
            .param("run", run.id())
            .query(
                (row, n) ->
                    new Plan(
                        row.getString("hash"), row.getBoolean("over"), row.getString("expires")))
            .optional();
    if (plan.isEmpty()) {
      return RunControl.conflict(run, "but it has no plan to approve; reject it and start another");
    }
    if (!plan.get().hash().equals(planHash)) {
      return RunControl.conflict(
          run,
          "but its plan is now %s; look at it, then approve that one".formatted(plan.get().hash()));
    }
    return plan.get().over()
        ? RunControl.conflict(
            run,
            "but its plan was good until %s; reject it and start another"
                .formatted(plan.get().expires()))
        : Optional.empty();
  }

  private Optional<Refused> own(RunRow run, Actor actor) {
    if (!run.actor().equals(actor.name()) || operators() <= 1) {
      return Optional.empty();
    }
    return Optional.of(
        new Refused(
            Refusal.NOT_ALLOWED,
            "%s started run %d by hand; another operator has to approve it"
                .formatted(actor.name(), run.id())));
  }

  private long operators() {
    return jdbc.sql(
            """
            SELECT count(*) AS operators FROM tokens
            WHERE revoked IS NULL AND role IN ('operator', 'admin')
            """)
        .query((row, n) -> row.getLong("operators"))
        .single();
  }
}
