package dev.hubcap.definitions;

import static dev.hubcap.definitions.DefinitionSchema.name;

import dev.hubcap.definitions.DefinitionRefused.Problem;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Everything that a definition must satisfy: its schema, and what a schema cannot say. */
final class DefinitionRules {

  private static final String CRON = "/schedule/cron";
  private static final String ZONE = "/schedule/zone";
  private static final String BUSINESS_DATE_TYPE = "/parameters/business-date/type";

  private final DefinitionSchema schema = new DefinitionSchema();

  /** All problems of a complete definition; none means that it can be built. */
  List<Problem> problems(YamlTree tree) {
    var problems = new ArrayList<>(schema.problems(tree));
    cron(tree).ifPresent(problems::add);
    zone(tree).ifPresent(problems::add);
    businessDate(tree).ifPresent(problems::add);
    duration(tree, "/timeout").ifPresent(problems::add);
    duration(tree, "/dead-man").ifPresent(problems::add);
    for (String each : List.of("back-off", "longest-back-off", "deadline")) {
      duration(tree, "/operation/" + each).ifPresent(problems::add);
    }
    nameOfSpokes(tree).ifPresent(problems::add);
    for (String parameter : tree.at("/parameters").propertyNames()) {
      problems.addAll(
          new ParameterRules(tree, YamlTree.child("/parameters", parameter)).problems());
    }
    return problems;
  }

  private Optional<Problem> cron(YamlTree tree) {
    return tree.text(CRON)
        .flatMap(CronSyntax::problem)
        .map(
            why ->
                tree.problem(
                    CRON,
                    "schedule.cron %s is not a Quartz cron expression: %s%s"
                        .formatted(tree.at(CRON), why, example(CRON))));
  }

  private Optional<Problem> zone(YamlTree tree) {
    return tree.text(ZONE)
        .filter(zone -> !isZone(zone))
        .map(
            zone ->
                tree.problem(
                    ZONE,
                    "schedule.zone %s is not a time zone%s"
                        .formatted(tree.at(ZONE), example(ZONE))));
  }

  private Optional<Problem> businessDate(YamlTree tree) {
    return tree.text(BUSINESS_DATE_TYPE)
        .filter(type -> !type.equals("date"))
        .map(
            type ->
                tree.problem(
                    BUSINESS_DATE_TYPE,
                    "parameters.business-date.type is %s, but a business date must be a date; example \"date\""
                        .formatted(tree.at(BUSINESS_DATE_TYPE))));
  }

  /** One definition says how operations of a kind are done. */
  private static Optional<Problem> nameOfSpokes(YamlTree tree) {
    return tree.text("/runs-on")
        .filter(where -> where.equals("spoke") && !tree.text("/name").equals(tree.text("/kind")))
        .map(
            where ->
                tree.problem(
                    "/name",
                    "name is %s, but a job of a spoke must be named as its kind, %s"
                        .formatted(tree.at("/name"), tree.at("/kind"))));
  }

  private Optional<Problem> duration(YamlTree tree, String pointer) {
    return tree.text(pointer)
        .filter(text -> !isPositiveDuration(text))
        .map(
            text ->
                tree.problem(
                    pointer,
                    "%s is %s, but must be an ISO 8601 duration above zero%s"
                        .formatted(
                            name(pointer), tree.at(pointer), schema.example("/$defs/duration"))));
  }

  private String example(String pointer) {
    return schema.example(pointer.replace("/", "/properties/"));
  }

  private static boolean isZone(String zone) {
    try {
      ZoneId.of(zone);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean isPositiveDuration(String text) {
    try {
      return Duration.parse(text).isPositive();
    } catch (DateTimeException e) {
      return false;
    }
  }
}
