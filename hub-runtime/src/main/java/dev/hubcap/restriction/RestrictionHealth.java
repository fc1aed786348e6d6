package dev.hubcap.restriction;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Keeps a hub that waits for the upgrade of its schema out of service. */
public record RestrictionHealth(Restriction restriction) implements HealthIndicator {

  @Override
  public Health health() {
    return restriction.lifted() ? Health.up().build() : Health.down().build();
  }
}
