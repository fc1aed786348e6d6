package dev.hubcap.leadership;

/**
 * The transaction may not go on, because this hub's term is over: another hub leads, or this one
 * does under a later epoch. Nothing of the transaction was written.
 */
public final class LeadershipLost extends RuntimeException {

  public LeadershipLost(long epoch) {
    super(
        "the leadership of epoch "
            + epoch
            + " is over; another hub goes on with what this one was doing");
  }
}
