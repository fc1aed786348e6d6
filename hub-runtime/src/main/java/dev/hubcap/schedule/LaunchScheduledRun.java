package dev.hubcap.schedule;

import dev.hubcap.leadership.LeadershipLost;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only Quartz job: makes a pass over the schedule, which starts what is due. It never throws;
 * what fails is tried again at the next pass.
 */
@DisallowConcurrentExecution
final class LaunchScheduledRun implements Job {

  private static final Logger LOG = LoggerFactory.getLogger(LaunchScheduledRun.class);

  private final Runnable pass;
  private final Triggers triggers;

  LaunchScheduledRun(Runnable pass, Triggers triggers) {
    this.pass = pass;
    this.triggers = triggers;
  }

  @Override
  public void execute(JobExecutionContext context) {
    try {
      pass.run();
    } catch (LeadershipLost lost) {
      LOG.atInfo().log("the schedule rests: this hub no longer leads");
    } catch (RuntimeException failed) {
      LOG.atWarn().setCause(failed).log("the schedule could not be followed; it is tried again");
    } finally {
      triggers.renew(context);
    }
  }
}
