package dev.hubcap.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineTest {

  @Test
  void an_older_java_is_wrong() {
    assertThat(JavaCheck.look(Runtime.Version.parse("21.0.2")).well()).isFalse();
    assertThat(JavaCheck.look(Runtime.Version.parse("25.0.1")).well()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"-61,false", "-60,true", "60,true", "61,false"})
  void clocks_may_differ_by_a_minute(long seconds, boolean well) {
    Instant database = Instant.parse("2026-11-24T00:15:00Z");

    assertThat(DatabaseCheck.skew(database, database.plusSeconds(seconds)).well()).isEqualTo(well);
  }
}
