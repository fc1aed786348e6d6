package dev.hubcap.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Random histories of spokes that claim, settle early or late, fall silent, die and start again, on
 * the real functions, against a model of a few lines. Time is virtual: silence is written into the
 * session's row.
 */
class QueueModelTest {

  private static final int STEPS = 120;
  private static final int VMS = 4;

  private final QueueFixture given = new QueueFixture();

  @BeforeEach
  void oneHost() {
    given.host("baikal");
    for (int vm = 1; vm <= VMS; vm++) {
      given.running(vm, "baikal");
    }
  }

  @AfterEach
  void close() {
    given.close();
  }

  /** One process of the host's spoke, with what it believes to hold, however wrongly. */
  private final class SpokeProcess {
    final SpokeQueue queue = given.spoke("baikal");
    final List<Claim> believes = new ArrayList<>();
  }

  /** What must be true: which token an operation runs under, if any, and which are over. */
  private final class Model {
    final Map<Long, Long> runsUnder = new HashMap<>();
    final Map<Long, String> over = new HashMap<>();

    void claimed(Claim claim) {
      assertThat(runsUnder).as("claimed twice").doesNotContainKey(claim.operation());
      assertThat(over).as("claimed after its end").doesNotContainKey(claim.operation());
      assertThat(runsUnder.values().stream().allMatch(token -> token < claim.token()))
          .as("tokens only grow")
          .isTrue();
      runsUnder.put(claim.operation(), claim.token());
      assertThat(
              given.count(
                  """
                  SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM operations
                                                   WHERE state = 'running' GROUP BY vm_id) t
                  """))
          .as("operations at once on one VM")
          .isLessThanOrEqualTo(1);
      assertThat(
              given.count(
                  """
                  SELECT count(*) FROM operations l JOIN operations e ON e.vm_id = l.vm_id AND e.id < l.id
                  WHERE l.state = 'running' AND e.state IN ('queued', 'running', 'dead')
                  """))
          .as("claimed before an earlier one of its VM")
          .isZero();
    }

    void settled(Claim claim, boolean counted, boolean succeeded) {
      boolean itsOwn = Long.valueOf(claim.token()).equals(runsUnder.get(claim.operation()));
      assertThat(counted).as("settle of %s counted", claim).isEqualTo(itsOwn);
      if (counted) {
        runsUnder.remove(claim.operation());
        if (succeeded) {
          over.put(claim.operation(), "succeeded");
        }
      }
    }
  }

  private void play(long seed) throws SQLException {
    System.out.println("queue model, seed " + seed);
    var random = new Random(seed);
    var model = new Model();
    var processes = new ArrayList<SpokeProcess>();
    processes.add(new SpokeProcess());
    for (int step = 0; step < STEPS; step++) {
      SpokeProcess process = processes.get(random.nextInt(processes.size()));
      switch (random.nextInt(9)) {
        case 0, 1 ->
            given.onHost("stop", "capsul-%010d".formatted(1 + random.nextInt(VMS)), "baikal");
        case 2, 3 -> claim(process, model);
        case 4, 5, 6 -> settle(process, model, random);
        case 7 -> {
          given.silentFor("baikal", 46);
          given.queue.rescueExpired();
          model.runsUnder.clear();
        }
        default -> {
          if (processes.size() < 3) { // a connection each, and four are allowed
            processes.add(new SpokeProcess());
          } else {
            process.queue.openSession("test", QueueFixture.BIG, 0);
          }
          model.runsUnder.clear();
        }
      }
    }
    assertThat(given.count("SELECT count(*) FROM operations WHERE state = 'succeeded'"))
        .isEqualTo(model.over.size());
  }

  private static void claim(SpokeProcess process, Model model) throws SQLException {
    try {
      for (Claim claim : process.queue.claim(3)) {
        model.claimed(claim);
        process.believes.add(claim);
      }
    } catch (SessionLost late) {
      assertThat(late).hasMessageContaining("host baikal");
    }
  }

  private static void settle(SpokeProcess process, Model model, Random random) throws SQLException {
    if (process.believes.isEmpty()) {
      return;
    }
    Claim claim = process.believes.remove(random.nextInt(process.believes.size()));
    boolean succeeded = random.nextInt(3) > 0;
    Outcome outcome = succeeded ? new Outcome.Succeeded("{}") : new Outcome.Returned();
    model.settled(claim, process.queue.settle(claim, outcome), succeeded);
  }

  private void begin(long seed) throws SQLException {
    given.logOff();
    given.superuser.sql("TRUNCATE operations, operation_attempts").update();
    play(seed);
  }

  /** Replaces a part of a function, as somebody who edits it would. */
  private void edit(String function, String part, String by) throws SQLException {
    try (var connection = given.database.asSuperuser().getConnection();
        var statement = connection.createStatement()) {
      String text;
      try (var row =
          statement.executeQuery("SELECT pg_get_functiondef('" + function + "'::regproc)")) {
        row.next();
        text = row.getString(1);
      }
      assertThat(text).contains(part);
      statement.execute(text.replace(part, by));
    }
  }

  @Test
  void whatever_happens_only_the_latest_claim_of_an_operation_settles_it() throws Exception {
    long first =
        Optional.ofNullable(System.getProperty("seed"))
            .map(Long::parseLong)
            .orElse(new Random().nextLong());
    for (int history = 0; history < 12; history++) {
      begin(first + history);
    }
  }

  @Test
  void the_model_catches_a_queue_without_fencing() throws Exception {
    edit("end_attempt", "AND o.fencing_token = of_token", "");
    edit("spoke.settle", "AND o.fencing_token = settle.token", "");

    assertThatThrownBy(
            () -> {
              for (int seed = 1; seed <= 30; seed++) {
                begin(seed);
              }
            })
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("counted");
  }
}
