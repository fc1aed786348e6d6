package dev.hubcap.leadership;

import static dev.hubcap.leadership.TestHub.fenced;
import static dev.hubcap.leadership.TestHub.jdbc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.migrations.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;

class FenceTest {

  private static final String WRITE =
      "INSERT INTO freezes (scope, reason, actor) VALUES ('all', 'a test', 'baikal')";

  private final TestDatabase database = TestDatabase.create();
  private final TestHub baikal = new TestHub(database, "baikal", LeaseTimes.USUAL);
  private final TestHub titicaca = new TestHub(database, "titicaca", LeaseTimes.USUAL);

  @AfterEach
  void close() {
    baikal.close();
    titicaca.close();
    database.close();
  }

  private void expireLease() {
    sql("UPDATE hub_leadership SET expires_at = '-infinity'");
  }

  private void sql(String statement) {
    JdbcClient.create(database.asSuperuser()).sql(statement).update();
  }

  private long written() {
    return JdbcClient.create(database.asSuperuser())
        .sql("SELECT count(*) AS n FROM freezes")
        .query((row, n) -> row.getLong("n"))
        .single();
  }

  /** A connection that the takeover has cut may come first; behind it is the fence. */
  private static void assertLost(Runnable work) {
    assertThatThrownBy(
            () -> {
              while (true) {
                try {
                  work.run();
                  return;
                } catch (CannotCreateTransactionException cut) {
                  // The pool finds out by using it.
                }
              }
            })
        .isInstanceOf(LeadershipLost.class);
  }

  @Test
  void the_leader_writes() {
    Term term = baikal.lead();
    fenced(term).executeWithoutResult(status -> jdbc(term).sql(WRITE).update());
    assertThat(written()).isEqualTo(1);
  }

  @Test
  void a_transaction_that_begins_after_the_takeover_is_refused() {
    Term old = baikal.lead();
    expireLease();
    titicaca.lead();
    assertLost(() -> fenced(old).executeWithoutResult(status -> jdbc(old).sql(WRITE).update()));
    assertThat(written()).isZero();
  }

  @Test
  void a_refused_transaction_leaves_its_connection_usable() {
    Term old = baikal.lead();
    expireLease();
    titicaca.lead();
    for (int i = 0; i < 10; i++) { // more often than there are connections
      assertLost(() -> fenced(old).executeWithoutResult(status -> {}));
    }
  }

  @Test
  void a_transaction_that_has_passed_the_fence_is_cut_off_by_the_takeover() {
    Term old = baikal.lead();
    var open = old.transactions().getTransaction(new DefaultTransactionDefinition());
    jdbc(old).sql(WRITE).update();

    expireLease();
    assertThat(titicaca.lead().epoch()).isEqualTo(2);

    assertThatThrownBy(() -> old.transactions().commit(open)).isNotNull();
    assertThat(written()).isZero();
  }

  @Test
  void a_takeover_waits_for_a_transaction_that_it_cannot_cut_off() {
    Term term = baikal.lead();
    var open = term.transactions().getTransaction(new DefaultTransactionDefinition());
    jdbc(term).sql("SET LOCAL application_name = 'out of sight'").update();
    jdbc(term).sql(WRITE).update();
    expireLease();

    assertThat(titicaca.pass()).isEqualTo(new Standing.Standby("baikal"));
    term.transactions().commit(open);

    assertThat(titicaca.pass()).isEqualTo(new Standing.Leading(2, true));
    assertThat(written()).isEqualTo(1);
  }

  @Test
  void a_renewal_does_not_wait_for_a_transaction_of_the_term_nor_disturb_it() {
    Term term = baikal.lead();
    for (int isolation :
        new int[] {
          TransactionDefinition.ISOLATION_READ_COMMITTED,
          TransactionDefinition.ISOLATION_SERIALIZABLE
        }) {
      var definition = new DefaultTransactionDefinition();
      definition.setIsolationLevel(isolation);
      var open = term.transactions().getTransaction(definition);
      jdbc(term).sql("DELETE FROM freezes").update();
      assertThat(baikal.pass()).isEqualTo(new Standing.Leading(1, true));
      jdbc(term).sql(WRITE).update();
      term.transactions().commit(open);
    }
    assertThat(written()).isEqualTo(1);
  }

  @Test
  void a_serializable_transaction_begins_although_the_lease_was_just_renewed() {
    Term term = baikal.lead();
    var definition = new DefaultTransactionDefinition();
    definition.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
    for (int i = 0; i < 5; i++) {
      baikal.pass();
      term.transactions().commit(term.transactions().getTransaction(definition));
    }
    assertThat(baikal.leadership.standing()).isEqualTo(new Standing.Leading(1, true));
  }

  @Test
  void a_read_only_transaction_of_an_old_term_is_refused_too() {
    Term old = baikal.lead();
    var reading = fenced(old);
    reading.setReadOnly(true);
    assertThat(reading.<Long>execute(status -> written())).isZero();
    expireLease();
    titicaca.lead();
    assertLost(() -> reading.executeWithoutResult(status -> {}));
  }

  @Test
  void what_is_written_outside_a_transaction_is_undone() {
    Term term = baikal.lead();
    jdbc(term).sql(WRITE).update();
    assertThat(written()).isZero();
  }

  @Test
  void runs_work_as_the_hub_and_not_as_the_login() {
    Term term = baikal.lead();
    String who = "SELECT current_user || ' ' || current_setting('application_name') AS who";
    for (int i = 0; i < 3; i++) {
      String answer =
          fenced(term)
              .execute(
                  status -> {
                    status.setRollbackOnly();
                    return jdbc(term).sql(who).query((row, n) -> row.getString("who")).single();
                  });
      assertThat(answer).isEqualTo("hubcap_hub hubcap-run/1");
    }
  }

  @Test
  void a_hub_of_another_database_on_the_same_server_is_left_alone() {
    try (TestDatabase another = TestDatabase.create();
        TestHub elsewhere = new TestHub(another, "elsewhere", LeaseTimes.USUAL)) {
      Term theirs = elsewhere.lead();
      var open = theirs.transactions().getTransaction(new DefaultTransactionDefinition());
      jdbc(theirs).sql(WRITE).update();
      baikal.lead();
      expireLease();
      titicaca.lead();
      theirs.transactions().commit(open);
      assertThat(jdbc(theirs).sql("SELECT reason FROM freezes").query().listOfRows()).hasSize(1);
    }
  }
}
