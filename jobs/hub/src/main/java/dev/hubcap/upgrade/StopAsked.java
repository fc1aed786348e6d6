package dev.hubcap.upgrade;

import dev.hubcap.database.pg.StopCheck;
import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.RunFailed;
import org.springframework.transaction.support.TransactionTemplate;

/** Ends what takes long once somebody asked its run to stop. */
record StopAsked(BatchInfrastructure infrastructure, long run) implements StopCheck {

  @Override
  public void check() {
    Boolean asked =
        new TransactionTemplate(infrastructure.transactions())
            .execute(
                status ->
                    infrastructure
                        .jdbc()
                        .sql("SELECT stop_asked IS NOT NULL AS asked FROM runs WHERE id = :run")
                        .param("run", run)
                        .query((row, n) -> row.getBoolean("asked"))
                        .single());
    if (Boolean.TRUE.equals(asked)) {
      throw new RunFailed("Stopped as asked, before any migration; nothing was upgraded.");
    }
  }
}
