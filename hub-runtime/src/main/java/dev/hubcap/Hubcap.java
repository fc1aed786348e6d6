package dev.hubcap;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * The command {@code hubcap}. Servers get the arguments after their name; everything else goes to
 * the command-line client.
 *
 * <p>What a command needs is looked up by name and only when it is asked for, so that the client
 * never loads Spring. Each of those classes has {@code public static int run(String[])}, which
 * returns the exit code.
 */
public final class Hubcap {

  private static final Map<String, String> SERVERS =
      Map.of(
          "hub", "dev.hubcap.HubApplication",
          "spoke", "dev.hubcap.spoke.SpokeRuntime",
          "demo", "dev.hubcap.demo.Demo",
          "bench", "dev.hubcap.bench.Bench");
  private static final String CLIENT = "dev.hubcap.cli.CommandLineClient";
  private static final Set<String> HELP = Set.of("--help", "-h", "help");
  private static final int USAGE = 2;

  private Hubcap() {}

  public static void main(String[] args) throws Throwable {
    System.exit(run(args));
  }

  /** Runs one command to its end and returns its exit code. */
  static int run(String[] args) throws Throwable {
    if (args.length == 0) {
      System.err.print(Usage.TEXT);
      return USAGE;
    }
    if (HELP.contains(args[0])) {
      System.out.print(Usage.TEXT);
      return 0;
    }
    String server = SERVERS.get(args[0]);
    return server == null
        ? start(CLIENT, args[0], args)
        : server(server, args[0], Arrays.copyOfRange(args, 1, args.length));
  }

  private static int server(String type, String command, String[] args) throws Throwable {
    if (Arrays.asList(args).contains("--help")) {
      System.out.print(Usage.of(command));
      return 0;
    }
    return start(type, command, args);
  }

  private static int start(String type, String command, String[] args) throws Throwable {
    Class<?> found;
    try {
      found = Class.forName(type);
    } catch (ClassNotFoundException missing) {
      System.err.println("hubcap: this build has no command '" + command + "'");
      return USAGE;
    }
    try {
      Object exit = found.getMethod("run", String[].class).invoke(null, (Object) args);
      return exit instanceof Integer code ? code : 0;
    } catch (InvocationTargetException failed) {
      throw failed.getCause() == null ? failed : failed.getCause();
    }
  }
}
