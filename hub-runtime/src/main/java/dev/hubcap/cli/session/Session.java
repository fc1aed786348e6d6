package dev.hubcap.cli.session;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.Exit;
import dev.hubcap.cli.client.HubAddress;
import dev.hubcap.cli.client.HubClient;
import dev.hubcap.cli.render.Output;
import dev.hubcap.cli.render.Terminal;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One call of the command: its environment, its terminal, its options, the hub it talks to. */
public final class Session {

  private static final int USUAL_COLUMNS = 80;

  private final Map<String, String> env;
  private final Terminal terminal;
  private final GlobalOptions options = new GlobalOptions();
  private @Nullable HubClient hub;

  public Session(Map<String, String> env, Terminal terminal) {
    this.env = env;
    this.terminal = terminal;
  }

  public Map<String, String> env() {
    return env;
  }

  public GlobalOptions options() {
    return options;
  }

  public @Nullable String reason() {
    return options.reason;
  }

  /** The hub; contacts it only when it is asked something. */
  public HubClient hub() {
    if (hub == null) {
      hub = new HubClient(HubAddress.of(options.server, options.tokenFile, env));
    }
    return hub;
  }

  /** The output as the options want it. Options are known once a command runs. */
  public Output output() {
    boolean plain = options.noColor || !env.getOrDefault("NO_COLOR", "").isEmpty();
    boolean json = "json".equals(options.output);
    return new Output(
        terminal,
        new Output.Style(json, options.quiet, terminal.interactive() && !plain, columns()));
  }

  private int columns() {
    String columns = env.getOrDefault("COLUMNS", "");
    return columns.matches("[1-9]\\d{0,3}") ? Integer.parseInt(columns) : USUAL_COLUMNS;
  }

  /** A request's body: these members, those that are null left out, and the reason. */
  public Map<String, Object> body(Map<String, ? extends @Nullable Object> members) {
    var body = new HashMap<String, Object>();
    members.forEach(
        (name, value) -> {
          if (value != null) {
            body.put(name, value);
          }
        });
    if (options.reason != null) {
      body.put("reason", options.reason);
    }
    return body;
  }

  /** The reason of a command that cannot do without. */
  public void needReason(String command) {
    if (options.reason == null || options.reason.isBlank()) {
      throw CommandFailed.usage("hubcap %s needs --reason, for the audit log.".formatted(command));
    }
  }

  /** Asks, unless {@code --yes} was given; ends the command if the answer is no. */
  public void confirm(String question) {
    if (options.yes) {
      return;
    }
    if (!terminal.interactive()) {
      throw CommandFailed.usage(
          "'%s' has to be confirmed: add --yes where there is no terminal.".formatted(question));
    }
    terminal.err().print(Output.printable(question) + " [y/N] ");
    terminal.err().flush();
    String answer = readLine().strip().toLowerCase(Locale.ROOT);
    if (!answer.equals("y") && !answer.equals("yes")) {
      throw new CommandFailed(Exit.FAILED, "Nothing was done.");
    }
  }

  private String readLine() {
    var line = new StringBuilder();
    try {
      for (int c = terminal.in().read(); c >= 0 && c != '\n'; c = terminal.in().read()) {
        line.append((char) c);
      }
    } catch (IOException e) {
      return "";
    }
    return line.toString();
  }
}
