package dev.hubcap.leadership;

/** A hub that wants the database for itself found another one leading. */
public final class HubAlreadyLed extends RuntimeException {

  public HubAlreadyLed(String leader) {
    super(
        "the hub " + leader + " leads this database; stop it first, or start without --exclusive");
  }
}
