package dev.hubcap.launch;

/**
 * Who acts.
 *
 * @param name a token's name, or {@code schedule} for the scheduler
 * @param role what that actor may do
 */
public record Actor(String name, Role role) {

  /** The scheduler itself. */
  public static final Actor SCHEDULE = new Actor("schedule", Role.OPERATOR);
}
