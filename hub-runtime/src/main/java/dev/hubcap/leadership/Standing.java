package dev.hubcap.leadership;

/** How a hub stands towards the leadership. */
public sealed interface Standing {

  /**
   * It leads.
   *
   * @param renewed false while the database does not answer; the lease lasts a little longer
   */
  record Leading(long epoch, boolean renewed) implements Standing {}

  /** Another hub leads, or is just being succeeded. */
  record Standby(String leader) implements Standing {}

  /** The database does not answer, so nobody knows. */
  record DatabaseAway(String why) implements Standing {}
}
