package dev.hubcap.btcpay.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.btcpay.BtcpayFixture;
import dev.hubcap.btcpay.CreditAt;
import dev.hubcap.btcpay.Reconciliation;
import dev.hubcap.btcpay.TestBtcpay;
import dev.hubcap.btcpay.simulated.SimulatedBtcpay;
import dev.hubcap.run.TestBatch;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.batch.core.BatchStatus;

/**
 * Whatever becomes of BTCPay's messages (all of them, none, some twice, in any order, at any time),
 * one sweep later the payments are what the invoices came to in the end: 1,000 random histories of
 * up to 8 invoices.
 */
class LostMessagesTest {

  private static final int BATCHES = 10;
  private static final int MOST_INVOICES = 8;
  private static final BigDecimal AMOUNT = new BigDecimal("20.00");

  private final BtcpayFixture fixture = new BtcpayFixture();
  private int accounts;

  @AfterEach
  void close() {
    fixture.close();
  }

  /** Ways that an invoice can go at BTCPay, and how much of it is real money in the end. */
  @SuppressWarnings("ImmutableEnumChecker") // the list is
  private enum Way {
    PAID("20.00", "20.00", "Processing None", "Settled None"),
    OVERPAID("25.00", "25.00", "Processing PaidOver", "Settled PaidOver"),
    PARTIAL("12.34", "12.34", "New PaidPartial", "Expired PaidPartial"),
    DOUBLE_SPENT("0.00", "Processing None", "New None", "Expired None"),
    NEVER_PAID("0.00", "Expired None"),
    MARKED("20.00", "Expired None", "Settled Marked"),
    INVALID("0.00", "Processing None", "Invalid None"),
    INVALID_THEN_MARKED("20.00", "Processing None", "Invalid None", "Settled Marked"),
    SETTLED_THEN_INVALID("0.00", "20.00", "Settled None", "Invalid Marked"),
    WAITING("0.00");

    private final BigDecimal worth;
    private final Optional<BigDecimal> settles;
    private final List<String> statuses;

    Way(String worth, String... rest) {
      this.worth = new BigDecimal(worth);
      boolean money = rest.length > 0 && Character.isDigit(rest[0].charAt(0));
      this.settles = money ? Optional.of(new BigDecimal(rest[0])) : Optional.empty();
      this.statuses = List.of(rest).subList(money ? 1 : 0, rest.length);
    }
  }

  @ParameterizedTest
  @CsvSource({"SETTLED, 1000", "PROCESSING, 100"})
  void after_one_sweep_the_payments_are_what_the_invoices_came_to(
      CreditAt creditAt, int histories) {
    long seed = System.nanoTime();
    System.out.println("LostMessagesTest " + creditAt + ", seed " + seed);
    var random = new Random(seed);
    Reconciliation reconciliation = fixture.reconciliation(creditAt);
    var sweep =
        new TestBatch(
            fixture.hub,
            parts ->
                AskingJob.aboutAll(parts, fixture.greenfield, creditAt, () -> fixture.now)
                    .job("btcpay-sweep"));
    Map<String, BigDecimal> expected = new TreeMap<>();
    var store = new SimulatedBtcpay(TestBtcpay.STORE, TestBtcpay.KEY, () -> fixture.now);
    fixture.btcpay.becomes(store);
    for (int batch = 0; batch < BATCHES; batch++) {
      for (int history = 0; history < histories / BATCHES; history++) {
        play(random, store, reconciliation, expected);
      }
      fixture.passes(Duration.ofHours(1));
      assertThat(sweep.start(Optional.empty(), false).getStatus()).isEqualTo(BatchStatus.COMPLETED);
      assertThat(credited()).as("seed " + seed).isEqualTo(expected);
    }
  }

  /** One history: each invoice goes its way, and messages are acted on whenever. */
  private void play(
      Random random,
      SimulatedBtcpay store,
      Reconciliation reconciliation,
      Map<String, BigDecimal> expected) {
    String account = "a%d@x.example".formatted(++accounts);
    fixture.account(account);
    var ways = new ArrayList<Deque<Runnable>>();
    var messages = new ArrayList<String>();
    int invoices = 1 + random.nextInt(MOST_INVOICES);
    for (int nth = 0; nth < invoices; nth++) {
      String id = store.request(AMOUNT, "USD");
      fixture.givenElsewhere(account, id);
      Way way = Way.values()[random.nextInt(Way.values().length)];
      way.settles.ifPresent(money -> store.pays(id, money, "Settled"));
      if (way.worth.signum() > 0) {
        boolean marked = way.statuses.getLast().endsWith("Marked");
        assertThat(marked || way.worth.compareTo(way.settles.orElseThrow()) <= 0).isTrue();
        expected.put(id, way.worth);
      }
      var steps = new ArrayDeque<Runnable>();
      for (String status : way.statuses) {
        String[] words = status.split(" ", -1);
        steps.add(() -> store.becomes(id, words[0], words[1]));
        messages.add(id);
      }
      ways.add(steps);
    }
    messages.removeIf(id -> random.nextInt(4) > 0);
    messages.addAll(messages.stream().filter(id -> random.nextInt(3) == 0).toList());
    Collections.shuffle(messages, random);
    for (ways.removeIf(Deque::isEmpty); !ways.isEmpty(); ways.removeIf(Deque::isEmpty)) {
      ways.get(random.nextInt(ways.size())).remove().run();
      while (!messages.isEmpty() && random.nextInt(3) == 0) {
        reconciliation.reconcile(messages.removeLast(), "btcpay");
      }
    }
    messages.forEach(id -> reconciliation.reconcile(id, "btcpay"));
  }

  private Map<String, BigDecimal> credited() {
    var credited = new TreeMap<String, BigDecimal>();
    fixture
        .jdbc
        .sql(
            """
            SELECT split_part(external_id, '#', 1) AS invoice, sum(dollars) AS dollars FROM payments
            WHERE NOT invalidated GROUP BY 1
            """)
        .query(
            row -> {
              credited.put(row.getString("invoice"), row.getBigDecimal("dollars"));
            });
    return credited;
  }
}
