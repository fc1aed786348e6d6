package dev.hubcap.leadership;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Says in the hub's health whether it leads; down while the database does not answer. */
public record LeadershipHealth(Leadership leadership) implements HealthIndicator {

  @Override
  public Health health() {
    return switch (leadership.standing()) {
      case Standing.Leading(long epoch, boolean renewed) ->
          (renewed ? Health.up() : Health.down().withDetail("database", "does not answer"))
              .withDetail("standing", "leading")
              .withDetail("epoch", epoch)
              .build();
      case Standing.Standby(String leader) ->
          Health.up().withDetail("standing", "standby").withDetail("leader", leader).build();
      case Standing.DatabaseAway(String why) ->
          Health.down().withDetail("standing", "unknown").withDetail("database", why).build();
    };
  }
}
