package dev.hubcap.launch;

import dev.hubcap.launch.LaunchOutcome.Refused;
import dev.hubcap.restriction.Restriction;
import java.util.Optional;

/** Which jobs a hub may run while it waits for the upgrade of its schema. */
public record RestrictedJobs(Restriction restriction, JobCatalogue jobs) {

  /** Why the job may not run for now. */
  Optional<Refused> refusal(String job) {
    return mayRun(job)
        ? Optional.empty()
        : restriction.reason().map(why -> new Refused(Refusal.FROZEN, why));
  }

  private boolean mayRun(String job) {
    return restriction.reason().isEmpty() || upgrades(job);
  }

  /**
   * Whether a run of the job may go on that nobody carries on.
   *
   * @param upgrading whether the schema is being upgraded at the moment
   */
  public boolean mayGoOn(String job, boolean upgrading) {
    return mayRun(job) && (!upgrading || upgrades(job));
  }

  /** Whether it is a job that upgrades the schema, which the freeze of an upgrade does not stop. */
  boolean upgrades(String job) {
    return jobs.named(job).filter(entry -> entry.kind().upgradesSchema()).isPresent();
  }
}
