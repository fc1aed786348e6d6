package dev.hubcap.demo;

/**
 * What a person asks of the demo.
 *
 * @param exit whether it ends after the night
 * @param accounts of the sample; 1 to 10,000,000
 */
record DemoOptions(boolean exit, long accounts, long seed) {

  private static final long MOST_ACCOUNTS = 10_000_000;

  DemoOptions {
    if (accounts < 1 || accounts > MOST_ACCOUNTS) {
      throw new IllegalArgumentException(
          "--accounts is "
              + accounts
              + "; 1 to "
              + MOST_ACCOUNTS
              + " are possible, for example --accounts 60");
    }
  }

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException with one sentence
   */
  static DemoOptions parse(String[] args) {
    boolean exit = false;
    long accounts = 60;
    long seed = 1;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--exit" -> exit = true;
        case "--accounts" -> accounts = number(args, ++i);
        case "--seed" -> seed = number(args, ++i);
        default ->
            throw new IllegalArgumentException(
                "demo does not know '" + args[i] + "'; it knows --exit, --accounts N and --seed S");
      }
    }
    return new DemoOptions(exit, accounts, seed);
  }

  private static long number(String[] args, int i) {
    String text = i < args.length ? args[i] : "nothing";
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException(
          args[i - 1]
              + " needs a whole number, not "
              + text
              + "; for example "
              + args[i - 1]
              + " 60",
          notANumber);
    }
  }
}
