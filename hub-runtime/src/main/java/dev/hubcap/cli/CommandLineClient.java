package dev.hubcap.cli;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.Exit;
import dev.hubcap.cli.client.HubUnreachable;
import dev.hubcap.cli.command.HubCommands;
import dev.hubcap.cli.render.Output;
import dev.hubcap.cli.render.OutputClosed;
import dev.hubcap.cli.render.Terminal;
import dev.hubcap.cli.session.Session;
import dev.hubcap.cli.session.SettingsFile;
import dev.hubcap.database.DatabaseMisconfigured;
import dev.hubcap.database.DatabaseUnreachable;
import dev.hubcap.database.TokenRefused;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * The client half of {@code hubcap}: asks the hub's HTTP interface, and talks to the database
 * directly where that must work while the hub is down.
 */
public final class CommandLineClient {

  private CommandLineClient() {}

  /** Runs one command with the settings of the process; what the program's entrance calls. */
  public static int run(String[] args) {
    // Before the first logger: what libraries say must not mix with data.
    System.setProperty("logback.configurationFile", "dev/hubcap/cli/logback-client.xml");
    try {
      return run(args, SettingsFile.over(System.getenv(), SettingsFile.USUAL));
    } catch (CommandFailed e) {
      return failed(e, Terminal.ofProcess());
    }
  }

  /** Runs one command on the process's own streams and returns its exit code. */
  public static int run(String[] args, Map<String, String> env) {
    return run(args, env, Terminal.ofProcess());
  }

  /** Runs one command and returns its exit code. Never exits the process. */
  public static int run(String[] args, Map<String, String> env, Terminal terminal) {
    return commandLine(new Session(env, terminal), terminal, List.of(args)).execute(args);
  }

  /** What understands a line of these words. */
  static CommandLine commandLine(Session session, Terminal terminal, List<String> words) {
    var hubcap = new CommandLine(new HubCommands(session));
    Commands.of(session, words).forEach(hubcap::addSubcommand);
    return hubcap
        .setOut(new PrintWriter(terminal.out(), true, terminal.out().charset()))
        .setErr(new PrintWriter(terminal.err(), true, terminal.err().charset()))
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        .setParameterExceptionHandler(new UsageErrors())
        .setExecutionExceptionHandler((e, command, parsed) -> failed(e, terminal));
  }

  private static int failed(Exception e, Terminal terminal) {
    String message = String.valueOf(e.getMessage());
    int exit =
        switch (e) {
          case OutputClosed closed -> Exit.DONE;
          case CommandFailed failed -> failed.exit();
          case HubUnreachable away -> Exit.UNREACHABLE;
          case DatabaseUnreachable away -> Exit.UNREACHABLE;
          case DatabaseMisconfigured wrong -> Exit.USAGE;
          case TokenRefused refused -> Exit.USAGE;
          default -> Exit.FAILED;
        };
    if (!(e instanceof OutputClosed) && !message.isEmpty()) {
      terminal.err().println(Output.printable(message));
      terminal.err().flush();
    }
    return exit;
  }
}
