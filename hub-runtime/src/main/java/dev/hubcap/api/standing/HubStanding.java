package dev.hubcap.api.standing;

/** Whether this hub leads, and who does. */
public interface HubStanding {

  boolean leads();

  /** The name of the hub that leads, as far as this one knows. */
  String leader();
}
