package dev.hubcap.cli;

import dev.hubcap.cli.command.AccountsCommands;
import dev.hubcap.cli.command.BtcpayCommands;
import dev.hubcap.cli.command.FreezeCommands;
import dev.hubcap.cli.command.HubCommands;
import dev.hubcap.cli.command.JobsCommands;
import dev.hubcap.cli.command.LogsCommand;
import dev.hubcap.cli.command.MailsCommands;
import dev.hubcap.cli.command.MissedCommands;
import dev.hubcap.cli.command.OperationsCommands;
import dev.hubcap.cli.command.PaymentsCommands;
import dev.hubcap.cli.command.RunCommand;
import dev.hubcap.cli.command.RunsCommands;
import dev.hubcap.cli.command.SpokesCommands;
import dev.hubcap.cli.command.TokensCommands;
import dev.hubcap.cli.command.VmsCommands;
import dev.hubcap.cli.doctor.DoctorCommand;
import dev.hubcap.cli.local.BackupCommands;
import dev.hubcap.cli.local.SchemaCommands;
import dev.hubcap.cli.local.SqlCommand;
import dev.hubcap.cli.session.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The commands by name; {@code version} is a part of {@link HubCommands}. */
final class Commands {

  private static final Map<String, Function<Session, Object>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("jobs", JobsCommands::new);
    ALL.put("run", RunCommand::new);
    ALL.put("runs", RunsCommands::new);
    ALL.put("logs", LogsCommand::new);
    ALL.put("missed", MissedCommands::new);
    ALL.put("freeze", FreezeCommands::new);
    ALL.put("schema", SchemaCommands::new);
    ALL.put("sql", SqlCommand::new);
    ALL.put("backup", BackupCommands::new);
    ALL.put("vms", VmsCommands::new);
    ALL.put("operations", OperationsCommands::new);
    ALL.put("spokes", SpokesCommands::new);
    ALL.put("accounts", AccountsCommands::new);
    ALL.put("payments", PaymentsCommands::new);
    ALL.put("btcpay", BtcpayCommands::new);
    ALL.put("mails", MailsCommands::new);
    ALL.put("tokens", TokensCommands::new);
    ALL.put("audit", HubCommands.Audit::new);
    ALL.put("doctor", DoctorCommand::new);
  }

  private Commands() {}

  /**
   * The commands that a line of these words may mean: those that it names, or all if it names none.
   * To read the options of all of them takes a third of the time of a short command.
   */
  static List<Object> of(Session session, List<String> words) {
    List<String> named = ALL.keySet().stream().filter(words::contains).toList();
    boolean version = words.contains("version");
    return ALL.entrySet().stream()
        .filter(command -> named.isEmpty() ? !version : named.contains(command.getKey()))
        .map(command -> command.getValue().apply(session))
        .toList();
  }
}
