package dev.hubcap.launch.term;

import dev.hubcap.definitions.JobDefinitions;
import dev.hubcap.launch.JobCatalogue;
import dev.hubcap.launch.JobKind;
import dev.hubcap.launch.LaunchRun;
import dev.hubcap.launch.RestrictedJobs;
import dev.hubcap.launch.RunControl;
import dev.hubcap.launch.view.Runs;
import dev.hubcap.restriction.Restriction;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The entrance of runs, and what is known of them. */
@Configuration(proxyBeanMethods = false)
class LaunchConfiguration {

  @Bean
  JobCatalogue jobCatalogue(JobDefinitions definitions, ObjectProvider<JobKind> kinds) {
    return new JobCatalogue(definitions.all(), kinds.orderedStream().toList());
  }

  @Bean
  Launching launching(
      JobCatalogue jobs, Restriction restriction, ObjectProvider<TermPart> parts, JdbcClient jdbc) {
    return new Launching(
        new RestrictedJobs(restriction, jobs), parts.orderedStream().toList(), leader(jdbc));
  }

  private static Supplier<String> leader(JdbcClient jdbc) {
    return () -> {
      try {
        return jdbc.sql("SELECT holder FROM hub_leadership")
            .query((row, n) -> row.getString("holder"))
            .single();
      } catch (DataAccessException away) {
        return "nobody knows who";
      }
    };
  }

  @Bean
  LaunchRun launchRun(Launching launching) {
    return launching.launchRun();
  }

  @Bean
  RunControl runControl(Launching launching) {
    return launching.runControl();
  }

  @Bean
  Runs runs(JdbcClient jdbc) {
    return new Runs(jdbc);
  }
}
