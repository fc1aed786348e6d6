package dev.hubcap.leadership;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Says in the hub's health whether it leads; down while the database does not answer, or the work
 * of a term has not begun or cannot be begun. Nothing more: readiness is open to everybody, and who
 * leads, or what the database said, is not everybody's business.
 */
public record LeadershipHealth(Leadership leadership) implements HealthIndicator {

  @Override
  public Health health() {
    if (leadership.unfit()) {
      return Health.down().withDetail("standing", "unfit").build();
    }
    return switch (leadership.standing()) {
      case Standing.Leading(long _, boolean renewed) when leadership.hasBegun() ->
          (renewed ? Health.up() : Health.down()).withDetail("standing", "leading").build();
      case Standing.Leading _ -> Health.down().withDetail("standing", "beginning").build();
      case Standing.Standby _ -> Health.up().withDetail("standing", "standby").build();
      case Standing.DatabaseAway _ -> Health.down().withDetail("standing", "unknown").build();
    };
  }
}
