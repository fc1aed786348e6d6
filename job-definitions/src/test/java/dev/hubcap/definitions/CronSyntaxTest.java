package dev.hubcap.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronSyntaxTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 15 0 * * ?",
        "0 15 0 ? * MON-FRI",
        "0 0/15 8-18 ? * 2,4,6",
        "* * * * * ?",
        "0 15 22-2 * * ? 2026",
        "0 15 0 L * ?",
        "0 15 0 L-3 * ?",
        "0 15 0 LW * ?",
        "0 15 0 15W JAN,jul ?",
        "0 15 0 ? * 6#3",
        "0 15 0 ? * friL",
        "0 15 0 29 2 ?",
        "0 15 0 31 APR-MAY ? 2026-2030/2",
        "  0   15 0 */2 * ?  "
      })
  void an_expression_of_quartz_is_accepted(String cron) {
    assertThat(CronSyntax.problem(cron)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          0 99 0 * * ?       | minutes are 0 to 59, not "99"
          60 15 0 * * ?      | seconds are 0 to 59, not "60"
          0 15 24 * * ?      | hours are 0 to 23, not "24"
          0 15 0 32 * ?      | days of the month are 1 to 31, not "32"
          0 15 0 * 13 ?      | months are 1 to 12 or JAN to DEC, not "13"
          0 15 0 ? * 8       | days of the week are 1 to 7 or SUN to SAT, not "8"
          0 15 0 ? * FOO     | days of the week are 1 to 7 or SUN to SAT, not "FOO"
          0 15 0 ? * 6#6     | days of the week are 1 to 7 or SUN to SAT, not "6#6"
          0 15 0 * * ? 1066  | years are 1970 to 2199, not "1066"
          0 5x 0 * * ?       | minutes are 0 to 59, not "5X"
          0 1,,2 0 * * ?     | minutes are 0 to 59, not ""
          0 -5 0 * * ?       | minutes are 0 to 59, not "-5"
          0 ? 0 * * ?        | minutes are 0 to 59, not "?"
          0 0/99 0 * * ?     | a step of minutes is 1 to 59, not "99"
          0 0/0 0 * * ?      | a step of minutes is 1 to 59, not "0"
          0 15 0 * * ?x      | days of the week are 1 to 7 or SUN to SAT, not "?X"
          0 15 0 * * *       | exactly one of day of month and day of week must be ?
          0 15 0 ? * ?       | exactly one of day of month and day of week must be ?
          0 15 0 30 2 ?      | no month of 2 has a day 30, so it never fires
          0 15 0 31 4,JUN ?  | no month of 4,JUN has a day 31, so it never fires
          """)
  void what_is_wrong_is_said(String cron, String why) {
    assertThat(CronSyntax.problem(cron)).contains(why);
  }

  @Test
  void the_five_fields_of_another_cron_are_refused() {
    assertThat(CronSyntax.problem("15 0 * * *"))
        .contains(
            "it has 5 fields, but takes seconds, minutes, hours, day of month, month, day of week,"
                + " and a year if wanted");
  }
}
