package dev.hubcap.definitions;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The jobs of this hub: those that ship with it, and what the provider's own files make of them.
 */
public final class JobDefinitions {

  private final Map<String, JobDefinition> byName;

  private JobDefinitions(Map<String, JobDefinition> byName) {
    this.byName = byName;
  }

  /**
   * Reads the shipped definitions and lays the provider's over them: a file that names a shipped
   * job changes what it mentions (null removes), any other is a job of its own.
   *
   * @param jobsD the folder with the provider's {@code *.yaml}; empty for none
   * @throws DefinitionRefused with everything that is wrong, if anything is
   */
  public static JobDefinitions load(Optional<Path> jobsD) {
    return of(new DefinitionFiles(new DefinitionRules()).read(jobsD));
  }

  /** Of definitions that are already right, in that order. */
  public static JobDefinitions of(List<JobDefinition> definitions) {
    return new JobDefinitions(
        definitions.stream()
            .collect(
                Collectors.toMap(
                    JobDefinition::name,
                    Function.identity(),
                    (one, other) -> {
                      throw new IllegalArgumentException("two jobs are named " + one.name());
                    },
                    LinkedHashMap::new)));
  }

  /** By name. */
  public List<JobDefinition> all() {
    return List.copyOf(byName.values());
  }

  /** The job of that name, if there is one. */
  public Optional<JobDefinition> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
