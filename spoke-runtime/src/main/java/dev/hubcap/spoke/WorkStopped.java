package dev.hubcap.spoke;

/** Work that must not go on. */
final class WorkStopped extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Why. */
  enum Why {
    /** Somebody cancelled the operation. */
    CANCELLED,
    /** The operation is, or may be, another spoke's by now. */
    LOST,
    /** This spoke stops. */
    STOPPING
  }

  private final Why why;

  WorkStopped(Why why) {
    super("stopped: " + why, null, false, false);
    this.why = why;
  }

  Why why() {
    return why;
  }
}
