package dev.hubcap.queue;

/** How an attempt ended. */
public sealed interface Outcome {

  /**
   * It did what was asked for.
   *
   * @param result a JSON object
   */
  record Succeeded(String result) implements Outcome {}

  /**
   * It did not, or not all of it.
   *
   * @param message a sentence for operators
   * @param step the step that was under way
   */
  record Failed(FailureKind kind, String message, String step) implements Outcome {}

  /** Not done, and nothing half done that matters; uses no attempt. */
  record Returned() implements Outcome {}

  /** Stopped because somebody cancelled it. */
  record Cancelled() implements Outcome {}
}
