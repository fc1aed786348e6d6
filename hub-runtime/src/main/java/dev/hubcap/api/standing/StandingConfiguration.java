package dev.hubcap.api.standing;

import dev.hubcap.leadership.Leadership;
import dev.hubcap.leadership.Standing;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whether this hub leads, as its leadership knows; who does, as the database says. */
@Configuration(proxyBeanMethods = false)
public class StandingConfiguration {

  @Bean
  HubStanding hubStanding(Leadership leadership, JdbcClient jdbc) {
    return new HubStanding() {
      @Override
      public boolean leads() {
        return leadership.standing() instanceof Standing.Leading;
      }

      @Override
      public String leader() {
        return jdbc.sql("SELECT holder FROM hub_leadership")
            .query((row, n) -> row.getString("holder"))
            .single();
      }
    };
  }
}
