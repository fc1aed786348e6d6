package dev.hubcap.demo;

import dev.hubcap.ledger.Units;
import dev.hubcap.ledger.VmFacts;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One customer of the sample. The same seed, number and date give the same customer.
 *
 * @param host the host that its VMs run on
 * @param holdReason null unless a person has to decide about the account
 */
record SampleAccount(
    String email,
    String host,
    Instant created,
    @Nullable String holdReason,
    List<Vm> vms,
    List<Payment> payments) {

  /** The domain of every address of the sample: reserved, so that no mail can ever leave. */
  static final String DOMAIN = "@sample.example";

  /** The first host; where there are many accounts, the others are numbered. */
  static final String FIRST_HOST = "baikal";

  /** So many that their VMs leave a host room for more. */
  private static final int ACCOUNTS_ON_A_HOST = 60;

  private static final String[] NAMES = {
    "ada", "bela", "cleo", "dina", "emil", "fenn", "gita", "hugo", "iris", "jona", "kaya", "luca",
    "mira", "nils", "olga", "pavo", "quin", "rosa", "saul", "tova"
  };
  private static final String ID_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";
  private static final BigDecimal DAYS_IN_A_MONTH = new BigDecimal("30.44");

  record Vm(
      String id,
      String image,
      SampleCatalogue.Size size,
      Instant created,
      Optional<Instant> deleted,
      Optional<Instant> discounted) {

    VmFacts facts() {
      List<VmFacts.Rate> rates = new ArrayList<>();
      BigInteger cents = BigInteger.valueOf(size.cents());
      rates.add(new VmFacts.Rate(micros(created), cents));
      discounted.ifPresent(since -> rates.add(new VmFacts.Rate(micros(since), discountedCents())));
      return new VmFacts(id, micros(created), deleted.map(Vm::micros).orElse(VmFacts.NEVER), rates);
    }

    /** Four fifths of the size's price, in whole cents. */
    BigInteger discountedCents() {
      return BigInteger.valueOf(size.cents() * 4 / 5);
    }

    private static long micros(Instant instant) {
      return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
  }

  /** Money that came; invalidated money counts for nothing. */
  record Payment(Instant created, BigDecimal dollars, boolean invalidated) {}

  /**
   * The account of that number.
   *
   * @param at the instant at which the account has the balance that its standing asks for
   */
  static SampleAccount number(long number, long seed, Instant at) {
    var random = new Random(seed * 1_000_003 + number);
    Instant created = at.minus(Duration.ofSeconds(86_400L * 30 + random.nextInt(86_400 * 370)));
    List<Vm> vms = new ArrayList<>();
    int count = new int[] {1, 1, 1, 1, 1, 2, 2, 2, 3, 4}[random.nextInt(10)];
    for (int i = 0; i < count; i++) {
      vms.add(vm(random, created, at));
    }
    Standing standing = standing(number, random);
    String email = NAMES[random.nextInt(NAMES.length)] + number + DOMAIN;
    return new SampleAccount(
        email,
        host(number),
        created,
        standing == Standing.DISPUTED ? "chargeback under dispute" : null,
        vms,
        payments(random, created, at, vms, standing));
  }

  private static String host(long number) {
    long before = number / ACCOUNTS_ON_A_HOST;
    return before == 0 ? FIRST_HOST : FIRST_HOST + "-" + (before + 1);
  }

  /** Every standing occurs among the first accounts; later most are comfortable. */
  private static Standing standing(long number, Random random) {
    List<Standing> all = List.of(Standing.values());
    if (number < all.size()) {
      return all.get((int) number);
    }
    return random.nextInt(10) < 6 ? Standing.COMFORTABLE : all.get(random.nextInt(all.size()));
  }

  private static Vm vm(Random random, Instant accountCreated, Instant at) {
    boolean young = random.nextInt(12) == 0;
    Duration since = Duration.between(accountCreated, at);
    Duration age =
        young
            ? Duration.ofSeconds(3_600 + random.nextInt(72_000))
            : Duration.ofSeconds(random.nextInt((int) since.toSeconds() - 86_400) + 86_400L);
    Instant created = at.minus(age).plusNanos(random.nextInt(1_000_000) * 1_000L);
    boolean deleted = !young && random.nextInt(8) == 0;
    boolean discounted = !young && random.nextInt(16) == 0;
    return new Vm(
        id(random),
        SampleCatalogue.IMAGES.get(random.nextInt(SampleCatalogue.IMAGES.size())),
        SampleCatalogue.SIZES.get(random.nextInt(4) == 0 ? random.nextInt(6) : random.nextInt(3)),
        created,
        deleted ? Optional.of(within(random, created, age)) : Optional.empty(),
        discounted ? Optional.of(within(random, created, age)) : Optional.empty());
  }

  private static Instant within(Random random, Instant created, Duration age) {
    return created.plus(Duration.ofSeconds(1L + random.nextInt((int) age.toSeconds() - 1)));
  }

  private static String id(Random random) {
    var id = new StringBuilder("capsul-");
    for (int i = 0; i < 10; i++) {
      id.append(ID_DIGITS.charAt(random.nextInt(ID_DIGITS.length())));
    }
    return id.toString();
  }

  private static List<Payment> payments(
      Random random, Instant created, Instant at, List<Vm> vms, Standing standing) {
    var cost = BigInteger.ZERO;
    long burnCents = 0;
    for (Vm vm : vms) {
      cost = cost.add(vm.facts().cost(Vm.micros(at)));
      burnCents += vm.deleted().isPresent() ? 0 : vm.size().cents();
    }
    BigDecimal burn =
        BigDecimal.valueOf(burnCents, 2).divide(DAYS_IN_A_MONTH, 4, RoundingMode.HALF_EVEN);
    BigDecimal due =
        new Units(cost).toDollars().add(standing.balance(burn)).setScale(2, RoundingMode.HALF_EVEN);
    List<Payment> payments = new ArrayList<>();
    if (due.signum() > 0) {
      BigDecimal first = due.divide(BigDecimal.TWO, 2, RoundingMode.HALF_EVEN);
      payments.add(new Payment(created, first, false));
      payments.add(new Payment(between(random, created, at), due.subtract(first), false));
    }
    if (random.nextInt(10) == 0) {
      payments.add(new Payment(between(random, created, at), new BigDecimal("20.00"), true));
    }
    return payments.stream().filter(payment -> payment.dollars().signum() > 0).toList();
  }

  private static Instant between(Random random, Instant from, Instant to) {
    return from.plus(
        Duration.ofSeconds(random.nextInt((int) Duration.between(from, to).toSeconds())));
  }
}
