package dev.hubcap.accounts.email;

import static dev.hubcap.accounts.email.EmailFixture.completed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.batch.core.job.JobExecution;

/** Whatever moves where: only addresses change, and the undo file brings all of them back. */
class RandomEmailChangesTest {

  private static final int CUSTOMERS = 60;
  private static final int ROUNDS = 3;

  private final EmailFixture fixture = new EmailFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void all_rows_stay_but_for_their_addresses_and_undo_restores_the_database_exactly() {
    long seed = System.nanoTime();
    System.err.println("RandomEmailChangesTest seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < CUSTOMERS; i++) {
      fixture.customer((random.nextBoolean() ? "A" : "a") + i + "@x.example");
    }
    for (int round = 0; round < ROUNDS; round++) {
      var before = fixture.allRows();
      var without = fixture.rowsWithoutAddresses();

      JobExecution run = completed(fixture.run(fixture.file(permutation(random))));

      assertThat(fixture.rowsWithoutAddresses()).as("seed %d", seed).isEqualTo(without);
      assertThat(fixture.allRows()).as("seed %d", seed).isNotEqualTo(before);
      assertThat(fixture.texts("SELECT email FROM accounts WHERE lower_case_email <> lower(email)"))
          .isEmpty();

      completed(fixture.run(fixture.text(fixture.undo(run))));

      assertThat(fixture.allRows()).as("seed %d", seed).isEqualTo(before);
      completed(fixture.run(fixture.file(permutation(random)))); // the next round starts elsewhere
    }
  }

  /**
   * Some accounts get each other's addresses or new ones: rings, swaps, chains, changes of case.
   */
  private String[] permutation(Random random) {
    List<String> movers = new ArrayList<>(fixture.emails());
    Collections.shuffle(movers, random);
    movers = movers.subList(0, CUSTOMERS / 2 + random.nextInt(CUSTOMERS / 2));
    List<String> targets = new ArrayList<>(movers);
    for (int i = 0; i < targets.size(); i += 1 + random.nextInt(5)) {
      targets.set(
          i,
          random.nextBoolean()
              ? swapCase(movers.get(i))
              : "n%d@y.example".formatted(random.nextInt(1_000_000_000)));
    }
    Collections.rotate(targets, random.nextInt(3));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < movers.size(); i++) {
      if (!movers.get(i).equals(targets.get(i))) {
        lines.add(movers.get(i) + "," + targets.get(i));
      }
    }
    Collections.shuffle(lines, random);
    return lines.toArray(String[]::new);
  }

  private static String swapCase(String email) {
    char first = email.charAt(0);
    char other =
        Character.isUpperCase(first) ? Character.toLowerCase(first) : Character.toUpperCase(first);
    return other + email.substring(1);
  }
}
