package dev.hubcap.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefinitionRefusedTest {

  private static final String RIGHT =
      """
      name: noon
      title: Noon
      description: Bills at noon.
      kind: nightly-billing
      runs-on: hub
      schedule:
        cron: "0 0 12 * * ?"
        zone: UTC
        misfire: once
      overlap: forbid
      parameters:
        business-date: { type: date, default: yesterday, max: yesterday }
        depth:
          type: integer
          default: 3
          min: 1
          max: 5
      timeout: PT2H
      guards:
        charged-factor: 3
      """;

  @TempDir Path jobsD;

  @Test
  void a_right_definition_is_not_refused() {
    write("noon.yaml", RIGHT);

    assertThat(load().named("noon")).isPresent();
  }

  @Test
  void an_unknown_key_is_refused_with_the_keys_that_are_known() {
    givenNoon("overlap: forbid", "overlap: forbid\noverlop: queue");

    assertRefused(
        "noon.yaml:11: unknown key \"overlop\"; known at the top are name, title, description,"
            + " kind, runs-on, schedule, overlap, parameters, timeout, guards, dead-man,"
            + " operation");
  }

  @Test
  void an_unknown_nested_key_is_refused_on_its_own_line() {
    givenNoon("  zone: UTC", "  zone: UTC\n  timezone: UTC");

    assertRefused(
        "noon.yaml:9: unknown key \"timezone\"; known in schedule are cron, zone, misfire");
  }

  @Test
  void a_guard_that_the_kind_does_not_have_is_refused() {
    givenNoon("charged-factor: 3", "charged-facter: 3");

    assertRefused(
        "noon.yaml:20: unknown key \"charged-facter\"; known in guards are charged-factor");
  }

  @Test
  void a_guard_that_could_never_let_a_night_pass_is_refused() {
    givenNoon("charged-factor: 3", "charged-factor: 1");

    assertRefused(
        "noon.yaml:20: guards.charged-factor is 1, but must be a number above 1; example 3");
  }

  @Test
  void a_business_date_that_is_no_date_is_refused() {
    givenNoon(
        "business-date: { type: date, default: yesterday, max: yesterday }",
        "business-date: { type: text }");

    assertRefused(
        "noon.yaml:12: parameters.business-date.type is \"text\", but a business date must be a"
            + " date; example \"date\"");
  }

  @Test
  void a_missing_key_is_refused_where_it_should_be() {
    givenNoon("  cron: \"0 0 12 * * ?\"\n", "");

    assertRefused("noon.yaml:6: the key \"cron\" is missing in schedule; example \"0 15 0 * * ?\"");
  }

  @Test
  void a_missing_top_key_is_refused() {
    givenNoon("timeout: PT2H\n", "");

    assertRefused("noon.yaml:1: the key \"timeout\" is missing at the top; example \"PT2H\"");
  }

  @Test
  void a_wrong_type_is_refused() {
    givenNoon("timeout: PT2H", "timeout: 7200");

    assertRefused(
        "noon.yaml:18: timeout is 7200, but must be an ISO 8601 duration above zero, in days,"
            + " hours, minutes or seconds; example \"PT2H\"");
  }

  @Test
  void a_text_where_a_mapping_belongs_is_refused() {
    givenNoon("guards:\n  charged-factor: 3", "guards: none");

    assertRefused(
        "noon.yaml:19: guards is \"none\", but must be a mapping of limits by name; example"
            + " {\"charged-factor\":3}");
  }

  @Test
  void a_word_that_is_none_of_the_choices_is_refused() {
    givenNoon("misfire: once", "misfire: twice");

    assertRefused(
        "noon.yaml:9: schedule.misfire is \"twice\", but must be one of catch-up, once, skip");
  }

  @Test
  void an_unknown_kind_is_refused() {
    givenNoon("kind: nightly-billing", "kind: daily-billing");

    assertRefused(
        "noon.yaml:4: kind is \"daily-billing\", but must be one of btcpay-reconciliation,"
            + " btcpay-sweep, bulk-email-change, database-backup, nightly-billing, purge-disks,"
            + " schema-upgrade, send-mail, teardown-overdue, vm-inventory");
  }

  @Test
  void a_bad_cron_expression_is_refused_with_what_is_wrong_in_it() {
    givenNoon("0 0 12 * * ?", "0 99 0 * * ?");

    assertRefused(
        "noon.yaml:7: schedule.cron \"0 99 0 * * ?\" is not a Quartz cron expression: minutes are 0"
            + " to 59, not \"99\"; example \"0 15 0 * * ?\"");
  }

  @Test
  void an_impossible_zone_is_refused() {
    givenNoon("zone: UTC", "zone: Europe/Atlantis");

    assertRefused(
        "noon.yaml:8: schedule.zone \"Europe/Atlantis\" is not a time zone; example \"UTC\"");
  }

  @Test
  void durations_that_are_none_or_not_above_zero_are_refused() {
    givenNoon("timeout: PT2H", "timeout: 2h\ndead-man: PT0S");

    assertRefused(
        "noon.yaml:18: timeout is \"2h\", but must be an ISO 8601 duration above zero; example"
            + " \"PT2H\"",
        "noon.yaml:19: dead-man is \"PT0S\", but must be an ISO 8601 duration above zero; example"
            + " \"PT2H\"");
  }

  @Test
  void a_default_outside_its_limits_is_refused() {
    givenNoon("default: 3", "default: 7");
    assertRefused("noon.yaml:15: parameters.depth.default is 7, but must be at most the max, 5");

    givenNoon("default: 3", "default: 0");
    assertRefused("noon.yaml:15: parameters.depth.default is 0, but must be at least the min, 1");

    givenNoon("default: yesterday", "default: today");
    assertRefused(
        "noon.yaml:12: parameters.business-date.default is \"today\", but must be at most the max,"
            + " \"yesterday\"");
  }

  @Test
  void limits_that_leave_no_room_are_refused() {
    givenNoon("    default: 3\n    min: 1", "    min: 9");

    assertRefused("noon.yaml:15: parameters.depth.min is 9, but must be at most the max, 5");
  }

  @Test
  void a_default_of_another_type_is_refused() {
    givenNoon("default: 3", "default: three");
    assertRefused(
        "noon.yaml:15: parameters.depth.default is \"three\", but must be a whole number; example"
            + " 3");

    givenNoon("default: yesterday", "default: 2026-02-30");
    assertRefused(
        "noon.yaml:12: parameters.business-date.default is \"2026-02-30\", but must be yesterday,"
            + " today or an ISO date; example \"2026-01-31\"");
  }

  @Test
  void a_limit_for_a_text_is_refused() {
    givenNoon("type: integer\n    default: 3\n    min: 1", "type: text\n    default: all");

    assertRefused("noon.yaml:16: parameters.depth.max has no meaning for a parameter of type text");
  }

  @Test
  void a_parameter_with_an_impossible_name_is_refused() {
    givenNoon("  depth:", "  Depth 1:");

    assertRefused(
        "noon.yaml:13: the name \"Depth 1\" in parameters must be lower-case letters, digits and"
            + " hyphens; example \"business-date\"");
  }

  @Test
  void a_file_that_is_not_named_like_its_job_is_refused() {
    write("midday.yaml", RIGHT);

    assertRefused(
        "midday.yaml:1: name is \"noon\", but must be \"midday\" as the file's, or the file renamed"
            + " to noon.yaml");
  }

  @Test
  void a_name_that_is_given_twice_is_refused() {
    write("noon.yaml", RIGHT);
    write("zenith.yaml", RIGHT);

    assertRefused(
        "zenith.yaml:1: name is \"noon\", which is already the job of noon.yaml; a name is given"
            + " once");
  }

  @Test
  void the_kind_of_a_shipped_job_cannot_be_changed() {
    write("nightly-billing.yaml", "name: nightly-billing\nruns-on: spoke\n");

    assertRefused(
        "nightly-billing.yaml:2: runs-on of a shipped job cannot be changed from \"hub\" to"
            + " \"spoke\"; give the job another name");
  }

  @Test
  void what_a_spoke_does_has_no_schedule_and_the_name_of_its_kind() {
    write("noon.yaml", RIGHT.replace("runs-on: hub", "runs-on: spoke"));

    assertThat(refused())
        .hasMessageContainingAll(
            "noon.yaml:1: name is \"noon\", but a job of a spoke must be named as its kind",
            "noon.yaml:1: the key \"operation\" is missing at the top; example {\"attempts\":5",
            "noon.yaml:4: kind is \"nightly-billing\", but must be one of provision, start,",
            "noon.yaml:10: overlap is \"forbid\", but must be left out: it is for jobs that run on"
                + " the hub");
  }

  @Test
  void what_the_hub_does_has_no_attempts() {
    write(
        "nightly-billing.yaml",
        "name: nightly-billing\noperation: { attempts: 5, back-off: PT1S, longest-back-off: PT1M,"
            + " deadline: PT1H }\n");

    assertThat(refused())
        .hasMessageContainingAll(
            "nightly-billing.yaml:2: operation is",
            "must be left out: it is for jobs that run on a");
  }

  @Test
  void a_back_off_of_nothing_and_no_attempts_are_refused() {
    write("provision.yaml", "name: provision\noperation: { attempts: 0, back-off: PT0S }\n");

    assertThat(refused())
        .hasMessageContainingAll(
            "provision.yaml:2: operation.attempts is 0, but must be a whole number from 1 to 100",
            "provision.yaml:2: operation.back-off is \"PT0S\", but must be an ISO 8601 duration"
                + " above zero");
  }

  @Test
  void a_wrong_override_is_refused_with_the_line_of_the_override() {
    write(
        "nightly-billing.yaml",
        "name: nightly-billing\n\nschedule:\n  misfire: once\n  zone: Mars/Olympus\n");

    assertRefused(
        "nightly-billing.yaml:5: schedule.zone \"Mars/Olympus\" is not a time zone; example"
            + " \"UTC\"");
  }

  @Test
  void what_is_not_yaml_is_refused() {
    write("noon.yaml", "name: noon\ntitle: [\n");
    write("empty.yaml", "");
    write("list.yaml", "- name: noon\n");
    write("nameless.yaml", "title: Nameless\n");
    write("twice.yaml", "name: twice\ntitle: One\ntitle: Two\n");
    write("anchor.yaml", "name: anchor\ntitle: &t One\ndescription: *t\n");
    write("old.yml", "name: old\n");

    assertRefused(
        "anchor.yaml:2: has a YAML anchor; write the value out where it is meant",
        "empty.yaml:1: is empty; it should define a job",
        "list.yaml:1: is not a mapping of keys to values; it should start with \"name: ...\"",
        "nameless.yaml:1: has no name as text; it must be the file's: name: nameless",
        "noon.yaml:3: is not YAML: expected the node content, but found '<stream end>'",
        "old.yml:1: would be ignored; rename it to end in .yaml",
        "twice.yaml:3: has the key \"title\" a second time, after line 2; once is enough");
  }

  @Test
  void what_is_not_text_is_refused() throws IOException {
    Files.write(
        jobsD.resolve("noon.yaml"), "name: n\u00f6\u00f6n".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(refused().problems()).hasSize(1).first().asString().contains("UTF-8");
  }

  @Test
  void a_folder_that_is_not_there_is_refused() {
    var refused =
        catchThrowableOfType(
            DefinitionRefused.class, () -> JobDefinitions.load(Optional.of(jobsD.resolve("none"))));

    assertThat(refused)
        .hasMessageEndingWith("none:1: is not a folder; it should hold job definitions, *.yaml");
  }

  private void givenNoon(String right, String wrong) {
    assertThat(RIGHT).contains(right);
    write("noon.yaml", RIGHT.replace(right, wrong));
  }

  /** Exactly these problems, each with the path of a file in the folder. */
  private void assertRefused(String... problems) {
    var refused = refused();

    assertThat(refused.problems())
        .extracting(problem -> problem.toString().replace(jobsD + "/", ""))
        .containsExactly(problems);
    assertThat(refused).hasMessageStartingWith(jobsD + "/");
  }

  private DefinitionRefused refused() {
    return catchThrowableOfType(DefinitionRefused.class, this::load);
  }

  private JobDefinitions load() {
    return JobDefinitions.load(Optional.of(jobsD));
  }

  private void write(String file, String text) {
    try {
      Files.writeString(jobsD.resolve(file), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
