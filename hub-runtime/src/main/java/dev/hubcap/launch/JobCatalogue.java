package dev.hubcap.launch;

import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.definitions.RunsOn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All jobs: those of this hub, each definition with the kind that it configures, and those of the
 * spokes, which only an operation starts.
 */
public final class JobCatalogue {

  /** A job that may be started. */
  public record Entry(JobDefinition definition, JobKind kind) {}

  /** A definition is of a kind that this hub does not have; it must not start with it. */
  public static final class UnknownKind extends RuntimeException {
    private UnknownKind(String message) {
      super(message);
    }
  }

  private final Map<String, JobDefinition> definitions = new LinkedHashMap<>();
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * @throws UnknownKind with one sentence if a definition is of a kind that this hub does not have
   */
  public JobCatalogue(List<JobDefinition> definitions, List<JobKind> kinds) {
    Map<String, JobKind> byName =
        kinds.stream().collect(Collectors.toMap(JobKind::name, Function.identity()));
    for (JobDefinition definition : definitions) {
      this.definitions.put(definition.name(), definition);
      if (definition.runsOn() == RunsOn.HUB) {
        entries.put(definition.name(), new Entry(definition, kind(definition, byName)));
      }
    }
  }

  private static JobKind kind(JobDefinition definition, Map<String, JobKind> kinds) {
    JobKind kind = kinds.get(definition.kind());
    if (kind == null) {
      throw new UnknownKind(
          "%s: job %s is of kind '%s', which this hub does not have; it has %s"
              .formatted(
                  definition.source(),
                  definition.name(),
                  definition.kind(),
                  kinds.keySet().stream().sorted().collect(Collectors.joining(", "))));
    }
    return kind;
  }

  /** A job that this hub may start. */
  public Optional<Entry> named(String job) {
    return Optional.ofNullable(entries.get(job));
  }

  /** Any job, wherever it runs. */
  public Optional<JobDefinition> definition(String job) {
    return Optional.ofNullable(definitions.get(job));
  }

  /** All jobs, wherever they run. */
  public List<JobDefinition> definitions() {
    return List.copyOf(definitions.values());
  }

  /** The jobs that this hub may start. */
  public List<Entry> all() {
    return List.copyOf(entries.values());
  }
}
