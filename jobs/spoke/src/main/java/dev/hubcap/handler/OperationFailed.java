package dev.hubcap.handler;

import dev.hubcap.queue.FailureKind;

/** An attempt that failed; the kind decides what becomes of the operation. */
public final class OperationFailed extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final FailureKind kind;

  /**
   * Creates it.
   *
   * @param message a sentence for operators, without secrets
   */
  public OperationFailed(FailureKind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** The same, with what caused it. */
  public OperationFailed(FailureKind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public FailureKind kind() {
    return kind;
  }
}
