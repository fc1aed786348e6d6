package dev.hubcap.schedule;

import dev.hubcap.definitions.JobDefinitions;
import dev.hubcap.launch.term.TermPart;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The schedule, which runs while this hub leads. */
@Configuration(proxyBeanMethods = false)
class ScheduleConfiguration {

  /** For what waits behind a run, and for rows that a replay made late. */
  private static final Duration EVERY_SO_OFTEN = Duration.ofSeconds(5);

  @Bean
  TermPart scheduling(JobDefinitions definitions, InstantSource clock) {
    return new Scheduling(definitions, clock, EVERY_SO_OFTEN);
  }
}
