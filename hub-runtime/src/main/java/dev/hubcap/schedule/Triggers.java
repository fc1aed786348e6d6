package dev.hubcap.schedule;

import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.definitions.JobDefinitions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The triggers of the definitions: one for the next fire of each job, renewed whenever it has
 * fired, since {@link NextFires} knows better than a Quartz trigger when that is; and one that
 * fires at once and then every few seconds, for what waits.
 */
final class Triggers {

  private static final Logger LOG = LoggerFactory.getLogger(Triggers.class);
  private static final String FIRES = "fires";
  private static final JobDetail JOB =
      JobBuilder.newJob(LaunchScheduledRun.class)
          .withIdentity("launch-scheduled-run")
          .storeDurably()
          .build();

  private final Map<String, NextFires> fires;
  private final InstantSource clock;

  Triggers(JobDefinitions definitions, InstantSource clock) {
    this.fires =
        definitions.all().stream()
            .filter(job -> job.schedule().isPresent())
            .collect(
                Collectors.toMap(
                    JobDefinition::name, job -> NextFires.of(job.schedule().orElseThrow())));
    this.clock = clock;
  }

  void addTo(Scheduler scheduler, Duration everySoOften) throws SchedulerException {
    scheduler.addJob(JOB, true);
    for (String job : fires.keySet()) {
      Optional<Trigger> next = next(job);
      if (next.isPresent()) {
        scheduler.scheduleJob(next.get());
      }
    }
    scheduler.scheduleJob(
        TriggerBuilder.newTrigger()
            .forJob(JOB)
            .withIdentity("what-waits")
            .startNow()
            .withSchedule(
                SimpleScheduleBuilder.simpleSchedule()
                    .withIntervalInMilliseconds(everySoOften.toMillis())
                    .repeatForever()
                    .withMisfireHandlingInstructionNextWithRemainingCount())
            .build());
  }

  /** Puts the next fire's trigger in the place of one that has just fired. */
  void renew(JobExecutionContext context) {
    TriggerKey fired = context.getTrigger().getKey();
    if (!fired.getGroup().equals(FIRES)) {
      return;
    }
    try {
      Optional<Trigger> next = next(fired.getName());
      if (next.isPresent()) {
        context.getScheduler().rescheduleJob(fired, next.get());
      }
    } catch (SchedulerException shutDown) {
      LOG.atDebug().setCause(shutDown).log("no trigger renewed: the schedule is being laid down");
    }
  }

  private Optional<Trigger> next(String job) {
    return Optional.ofNullable(fires.get(job))
        .flatMap(known -> known.after(clock.instant()))
        .map(
            fire ->
                TriggerBuilder.newTrigger()
                    .forJob(JOB)
                    .withIdentity(job, FIRES)
                    .startAt(Date.from(fire.fireAt()))
                    .build());
  }
}
