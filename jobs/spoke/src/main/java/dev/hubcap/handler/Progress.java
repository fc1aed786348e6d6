package dev.hubcap.handler;

/** Where a handler tells how far it is, and learns that it must stop. */
public interface Progress {

  /**
   * Called before each step, with its name.
   *
   * @throws RuntimeException if the step must not be begun: the operation was cancelled, the lease
   *     was lost, or the spoke stops
   */
  void reached(String step);
}
