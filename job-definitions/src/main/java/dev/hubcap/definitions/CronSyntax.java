package dev.hubcap.definitions;

import java.time.Month;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Which cron expressions are accepted: those of Quartz, read strictly. Quartz itself takes {@code 0
 * 99 0 * * ?} and {@code 0 5x 0 * * ?} without a word and fires at some other time.
 */
final class CronSyntax {

  /** Carries what is wrong, as the end of a sentence. */
  private static final class Wrong extends RuntimeException {
    Wrong(String why) {
      super(why);
    }
  }

  /**
   * One of the seven fields.
   *
   * @param names for the values from {@code min} on; empty if there are none
   * @param special what may stand alone instead of values
   */
  private record Field(String name, int min, int max, List<String> names, Pattern special) {}

  private static final Pattern NOTHING = Pattern.compile("(?!)");
  private static final Pattern ITEM =
      Pattern.compile("(?:\\*|(?<from>[A-Z]+|\\d+)(?:-(?<to>[A-Z]+|\\d+))?)(?:/(?<step>\\d+))?");
  private static final List<String> MONTHS =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");
  private static final Field DAY_OF_MONTH =
      new Field(
          "days of the month",
          1,
          31,
          List.of(),
          Pattern.compile("\\?|L(-([1-9]|[12]\\d|30))?|LW|([1-9]|[12]\\d|3[01])W"));
  private static final Field MONTH = new Field("months", 1, 12, MONTHS, NOTHING);
  private static final List<Field> FIELDS =
      List.of(
          new Field("seconds", 0, 59, List.of(), NOTHING),
          new Field("minutes", 0, 59, List.of(), NOTHING),
          new Field("hours", 0, 23, List.of(), NOTHING),
          DAY_OF_MONTH,
          MONTH,
          new Field(
              "days of the week",
              1,
              7,
              DAYS,
              Pattern.compile("\\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5])")),
          new Field("years", 1970, 2199, List.of(), NOTHING));

  private CronSyntax() {}

  /** What is wrong with it, as the end of a sentence; empty if nothing is. */
  static Optional<String> problem(String cron) {
    try {
      check(List.of(cron.strip().toUpperCase(Locale.ROOT).split("\\s+")));
      return Optional.empty();
    } catch (Wrong wrong) {
      return Optional.ofNullable(wrong.getMessage());
    }
  }

  private static void check(List<String> texts) {
    if (texts.size() < FIELDS.size() - 1 || texts.size() > FIELDS.size()) {
      throw new Wrong(
          "it has %d fields, but takes seconds, minutes, hours, day of month, month, day of week, and a year if wanted"
              .formatted(texts.size()));
    }
    for (int i = 0; i < texts.size(); i++) {
      if (!FIELDS.get(i).special().matcher(texts.get(i)).matches()) {
        values(FIELDS.get(i), texts.get(i));
      }
    }
    if (texts.get(3).equals("?") == texts.get(5).equals("?")) {
      throw new Wrong("exactly one of day of month and day of week must be ?");
    }
    checkThatDaysExist(texts.get(3), texts.get(4));
  }

  private static void checkThatDaysExist(String days, String months) {
    if (DAY_OF_MONTH.special().matcher(days).matches()) {
      return;
    }
    int first = values(DAY_OF_MONTH, days).first();
    if (values(MONTH, months).stream().allMatch(month -> Month.of(month).maxLength() < first)) {
      throw new Wrong("no month of %s has a day %d, so it never fires".formatted(months, first));
    }
  }

  private static SortedSet<Integer> values(Field field, String text) {
    var values = new TreeSet<Integer>();
    for (String item : text.split(",", -1)) {
      Matcher parts = ITEM.matcher(item);
      if (!parts.matches()) {
        throw new Wrong(outside(field, item));
      }
      String from = parts.group("from");
      String to = parts.group("to");
      String step = parts.group("step");
      int first = from == null ? field.min() : value(field, from);
      int last = to != null ? value(field, to) : from != null && step == null ? first : field.max();
      int by = step == null ? 1 : step(field, step);
      int length = last < first ? last + field.max() - field.min() + 1 - first : last - first;
      IntStream.iterate(0, n -> n <= length, n -> n + by)
          .map(n -> field.min() + (first - field.min() + n) % (field.max() - field.min() + 1))
          .forEach(values::add);
    }
    return values;
  }

  private static int value(Field field, String text) {
    int named = field.names().indexOf(text);
    if (named >= 0) {
      return field.min() + named;
    }
    if (!text.matches("\\d{1,4}")) {
      throw new Wrong(outside(field, text));
    }
    int value = Integer.parseInt(text);
    if (value < field.min() || value > field.max()) {
      throw new Wrong(outside(field, text));
    }
    return value;
  }

  private static int step(Field field, String text) {
    int most = field.max() - field.min();
    int step = text.length() > 3 ? 0 : Integer.parseInt(text);
    if (step < 1 || step > most) {
      throw new Wrong("a step of %s is 1 to %d, not \"%s\"".formatted(field.name(), most, text));
    }
    return step;
  }

  private static String outside(Field field, String text) {
    String names =
        field.names().isEmpty()
            ? ""
            : " or %s to %s".formatted(field.names().getFirst(), field.names().getLast());
    return "%s are %d to %d%s, not \"%s\""
        .formatted(field.name(), field.min(), field.max(), names, text);
  }
}
