package dev.hubcap.handler;

/**
 * Does one kind of operation, as a sequence of steps each of which looks before it acts: a second
 * attempt finishes what a first one began.
 */
public interface Handler {

  /**
   * Does it, or goes on with it.
   *
   * @param progress is told before each step; what it throws passes through
   * @return the result, a JSON object
   * @throws OperationFailed if it could not be done
   */
  String handle(Order order, Progress progress);
}
