package dev.hubcap.bench;

import dev.hubcap.StartRefused;
import java.util.Arrays;

/** {@code hubcap bench}: chooses the benchmark. */
public final class Bench {

  private static final String USAGE =
      "bench billing [--vms N] [--rounds N], bench operations [--count N] [--rounds N], or bench"
          + " spokes [--count N]";

  /** Each has two connections, and the embedded PostgreSQL takes 500. */
  private static final int MOST_SPOKES = 220;

  private Bench() {}

  /**
   * Runs the benchmark that the first argument names.
   *
   * @return 0 when it has printed its figures, 1 if it could not, 2 on wrong arguments
   */
  public static int run(String[] args) {
    try {
      int rounds = (int) option(args, "--rounds", 3, 3);
      switch (args.length == 0 ? "" : args[0]) {
        case "billing" ->
            new BillingBench(System.out).run(option(args, "--vms", 100_000, 100_000_000), rounds);
        case "operations" ->
            new OperationsBench(System.out)
                .run((int) option(args, "--count", 100_000, 10_000_000), rounds);
        case "spokes" ->
            new SpokesBench(System.out).run((int) option(args, "--count", 200, MOST_SPOKES));
        default -> throw new IllegalArgumentException("the benchmarks are: " + USAGE);
      }
      return 0;
    } catch (IllegalArgumentException wrong) {
      System.err.println("hubcap: " + wrong.getMessage());
      return 2;
    } catch (StartRefused refused) {
      System.err.println("hubcap: " + refused.getMessage());
      return 1;
    }
  }

  private static long option(String[] args, String name, long usual, long most) {
    int at = Arrays.asList(args).indexOf(name);
    if (at < 0) {
      return usual;
    }
    String text = at + 1 < args.length ? args[at + 1] : "nothing";
    if (!text.matches("[0-9]{1,9}") || Long.parseLong(text) < 1 || Long.parseLong(text) > most) {
      throw new IllegalArgumentException(
          name + " needs a whole number from 1 to " + most + ", not " + text + ": " + USAGE);
    }
    return Long.parseLong(text);
  }
}
