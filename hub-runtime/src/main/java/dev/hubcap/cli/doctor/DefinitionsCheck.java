package dev.hubcap.cli.doctor;

import dev.hubcap.definitions.DefinitionRefused;
import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.definitions.JobDefinitions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The job definitions of this machine, for the time in which no hub tells what it has read. */
final class DefinitionsCheck {

  private static final String FOLDER = "/etc/hubcap/jobs.d";

  /**
   * What came of it.
   *
   * @param deadMen how long each job may go without success
   */
  record Result(Finding finding, Map<String, Duration> deadMen) {}

  private DefinitionsCheck() {}

  static Result look(Map<String, String> env) {
    Path folder = Path.of(env.getOrDefault("HUBCAP_HUB_JOBS", FOLDER));
    var deadMen = new TreeMap<String, Duration>();
    try {
      var all = JobDefinitions.load(Optional.of(folder).filter(Files::isDirectory)).all();
      for (JobDefinition job : all) {
        job.deadMan().ifPresent(time -> deadMen.put(job.name(), time));
      }
      return new Result(Finding.ok("definitions", all.size() + " jobs"), deadMen);
    } catch (DefinitionRefused e) {
      return new Result(
          Finding.wrong(
              "definitions",
              String.valueOf(e.getMessage()),
              "set it right; until then no hub starts"),
          deadMen);
    }
  }
}
