package dev.hubcap.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.migrations.TestDatabase;
import java.math.BigDecimal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A payment that is taken back puts its account on hold, whoever writes it. */
class ChargebackTest {

  private static final String ANNA = "anna@x.example";

  private final TestDatabase database = TestDatabase.create();
  private final JdbcClient jdbc = JdbcClient.create(database.asHub());
  private final Payments payments = new Payments(jdbc);
  private final Holds holds = new Holds(jdbc);

  @BeforeEach
  void aPayment() {
    jdbc.sql("INSERT INTO accounts (email, lower_case_email) VALUES (:e, :e)")
        .param("e", ANNA)
        .update();
    payments.add(ANNA, new BigDecimal("20.00"));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE payments SET invalidated = True WHERE id = 1",
        "UPDATE payments SET invalidated = true"
      })
  void by_hand_too(String sql) {
    JdbcClient.create(database.asOwner()).sql(sql).update();
    assertThat(holds.reason(ANNA)).contains("payment 1 was invalidated");
    assertThat(
            jdbc.sql("SELECT subject FROM audit.events WHERE action = 'account held'")
                .query((row, nth) -> row.getString("subject"))
                .list())
        .containsExactly("account " + ANNA);
  }

  @Test
  void a_hold_that_is_there_keeps_its_reason_and_a_person_ends_it() {
    assertThat(holds.hold(ANNA, "dispute")).isEqualTo(Holds.Outcome.DONE);
    assertThat(holds.hold(ANNA, "another")).isEqualTo(Holds.Outcome.WAS_SO);
    payments.invalidate(1, true);
    assertThat(holds.reason(ANNA)).contains("dispute");
    payments.invalidate(1, false);
    assertThat(holds.reason(ANNA)).contains("dispute");
    assertThat(holds.release(ANNA)).isEqualTo(Holds.Outcome.DONE);
    assertThat(holds.release(ANNA)).isEqualTo(Holds.Outcome.WAS_SO);
    assertThat(holds.release("nobody@x.example")).isEqualTo(Holds.Outcome.NO_SUCH_ACCOUNT);
  }

  @Test
  void the_hubs_own_reconciliation_holds_nobody() {
    jdbc.sql(
            """
            WITH us AS (SELECT set_config('hubcap.reconciling', 'on', true))
            UPDATE payments SET invalidated = true FROM us
            """)
        .update();
    assertThat(holds.reason(ANNA)).contains("");
  }
}
