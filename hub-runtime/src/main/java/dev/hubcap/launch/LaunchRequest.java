package dev.hubcap.launch;

import java.util.Map;
import java.util.Optional;

/**
 * The wish to run a job, as it came from any entrance; nothing of it is checked yet.
 *
 * @param job the name of a job definition
 * @param parameters by name, as text, without the business date
 * @param businessDate as text (ISO, or {@code yesterday}); empty takes the definition's default
 * @param plan only say what the run would do
 * @param reason why, in a person's words
 * @param actor who asks
 */
public record LaunchRequest(
    String job,
    Map<String, String> parameters,
    Optional<String> businessDate,
    boolean plan,
    Optional<String> reason,
    Actor actor) {

  public LaunchRequest {
    parameters = Map.copyOf(parameters);
  }
}
