package dev.hubcap.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobDefinitionsTest {

  @TempDir Path jobsD;

  @Test
  void nightly_billing_ships_as_the_design_spells_it_out() {
    var billing = JobDefinitions.load(Optional.empty()).named("nightly-billing").orElseThrow();

    assertThat(billing)
        .isEqualTo(
            new JobDefinition(
                "nightly-billing",
                "Nightly billing",
                "Charges every VM for the business date, closes the day, projects balances, raises"
                    + " notices.",
                "nightly-billing",
                RunsOn.HUB,
                Optional.of(new Schedule("0 15 0 * * ?", ZoneId.of("UTC"), Misfire.CATCH_UP)),
                Overlap.FORBID,
                Map.of(
                    "business-date",
                    new Parameter(
                        Parameter.Type.DATE,
                        Optional.of("yesterday"),
                        Optional.empty(),
                        Optional.of("yesterday"))),
                Duration.ofHours(2),
                Map.of("charged-factor", new BigDecimal("3")),
                Optional.of(Duration.ofHours(26)),
                Optional.empty(),
                "nightly-billing.yaml"));
  }

  @Test
  void every_file_of_the_module_ships() throws IOException {
    try (var files = Files.list(Path.of(""))) {
      assertThat(
              files
                  .map(Path::toString)
                  .filter(file -> file.endsWith(".yaml"))
                  .map(file -> file.replace(".yaml", "")))
          .containsExactlyInAnyOrderElementsOf(DefinitionFiles.SHIPPED);
    }
  }

  @Test
  void an_own_file_changes_only_what_it_mentions_of_a_shipped_job() {
    write(
        "nightly-billing.yaml",
        """
        name: nightly-billing
        schedule: { cron: "0 30 2 * * ?", zone: Europe/Berlin }
        guards: { charged-factor: 1.5 }
        timeout: PT4H
        """);

    var changed = load().named("nightly-billing").orElseThrow();

    assertThat(changed.schedule())
        .contains(new Schedule("0 30 2 * * ?", ZoneId.of("Europe/Berlin"), Misfire.CATCH_UP));
    assertThat(changed.guards()).isEqualTo(Map.of("charged-factor", new BigDecimal("1.5")));
    assertThat(changed.timeout()).isEqualTo(Duration.ofHours(4));
    assertThat(changed.title()).isEqualTo("Nightly billing");
    assertThat(changed.source()).isEqualTo(jobsD.resolve("nightly-billing.yaml").toString());
  }

  @Test
  void null_takes_a_schedule_away() {
    write("nightly-billing.yaml", "name: nightly-billing\nschedule: null\n");

    assertThat(load().named("nightly-billing").orElseThrow().schedule()).isEmpty();
  }

  @Test
  void an_own_job_may_use_a_shipped_kind_under_a_new_name() {
    write(
        "second-look.yaml",
        """
        name: second-look
        title: A second look
        description: Bills again at noon.
        kind: nightly-billing
        runs-on: hub
        schedule: { cron: "0 0 12 * * ?", zone: UTC, misfire: skip }
        overlap: queue
        timeout: PT1H
        """);

    assertThat(load().all())
        .extracting(JobDefinition::name)
        .contains("nightly-billing", "second-look")
        .hasSize(DefinitionFiles.SHIPPED.size() + 1);
    assertThat(load().named("second-look").orElseThrow().overlap()).isEqualTo(Overlap.QUEUE);
  }

  @Test
  void what_spokes_do_ships_with_its_attempts_and_its_deadline() {
    JobDefinition provision = load().named("provision").orElseThrow();
    assertThat(provision.runsOn()).isEqualTo(RunsOn.SPOKE);
    assertThat(provision.timeout()).isEqualTo(Duration.ofMinutes(30));
    assertThat(provision.operation())
        .contains(
            new OperationRules(
                5, Duration.ofSeconds(10), Duration.ofMinutes(10), Duration.ofMinutes(30), 512));
  }

  @Test
  void of_a_shipped_operation_one_number_can_be_changed() {
    write("provision.yaml", "name: provision\noperation: { attempts: 9 }\n");

    assertThat(load().named("provision").orElseThrow().operation().orElseThrow().attempts())
        .isEqualTo(9);
  }

  @Test
  void other_files_of_the_folder_are_left_alone() {
    write("README", "not: a job");
    write("nightly-billing.yaml.rpmsave", "nothing");

    assertThat(load().all()).hasSameSizeAs(DefinitionFiles.SHIPPED);
  }

  private JobDefinitions load() {
    return JobDefinitions.load(Optional.of(jobsD));
  }

  private void write(String file, String text) {
    try {
      Files.writeString(jobsD.resolve(file), text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
