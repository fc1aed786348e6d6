package dev.hubcap.api.once;

import org.jspecify.annotations.Nullable;

/** What is known of an idempotency key when a request comes with it. */
public sealed interface Claim {

  /** Nobody used it: the request is to be carried out. */
  record Fresh() implements Claim {}

  /** The same request was answered before. */
  record Answered(Answer answer) implements Claim {}

  /** The same request was carried out, but its answer carried a secret that is not kept. */
  record AnsweredInSecret() implements Claim {}

  /** The same request is under way, or never came to an end. */
  record Busy() implements Claim {}

  /** Another request used it. */
  record OtherRequest() implements Claim {}

  /**
   * An answer that is given again.
   *
   * @param location the header, if there was one
   */
  record Answer(int status, @Nullable String location, String body) {}
}
