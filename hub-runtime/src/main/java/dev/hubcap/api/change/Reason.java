package dev.hubcap.api.change;

import dev.hubcap.api.problem.Problem;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request that needs nothing but a person's reason.
 *
 * @param reason why, in a person's words; may be missing where the endpoint says so
 */
public record Reason(@Nullable String reason) {

  private static final int LONGEST = 1000;

  /** The reason in a body that may be missing altogether. */
  public static Optional<String> in(@Nullable Reason body) {
    return body == null ? Optional.empty() : given(body.reason());
  }

  /** The reason if there is one; refuses one that is too long. */
  public static Optional<String> given(@Nullable String reason) {
    if (reason == null || reason.isBlank()) {
      return Optional.empty();
    }
    if (reason.length() > LONGEST) {
      throw Problem.invalid("the reason is longer than %d characters".formatted(LONGEST));
    }
    return Optional.of(reason.strip());
  }

  /** The reason, which must be there. */
  public static String needed(@Nullable String reason) {
    return given(reason)
        .orElseThrow(() -> Problem.invalid("a reason is needed: say why, in property 'reason'"));
  }
}
