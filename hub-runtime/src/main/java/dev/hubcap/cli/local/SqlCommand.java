package dev.hubcap.cli.local;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.Exit;
import dev.hubcap.cli.session.Converters;
import dev.hubcap.cli.session.Session;
import dev.hubcap.database.sql.SqlByHand;
import dev.hubcap.database.sql.SqlFailed;
import dev.hubcap.database.sql.SqlFormat;
import dev.hubcap.database.sql.SqlRefused;
import dev.hubcap.database.sql.SqlRequest;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code hubcap sql}: statements by hand, all in one transaction; works while the hub is down. */
@Command(
    name = "sql",
    description = "Run SQL, all in one transaction; works while the hub is down.")
public final class SqlCommand implements Callable<Integer> {

  private static final int SHOWN = 60;

  private final Session session;

  @Option(names = "-c", paramLabel = "SQL", description = "The statements.")
  @Nullable String statements;

  @Option(names = "-f", paramLabel = "FILE", description = "A file of them; - is the input.")
  @Nullable String file;

  @Option(
      names = "--format",
      paramLabel = "lines|table|csv|json",
      description = "How rows are printed; lines if not given.")
  @Nullable String format;

  @Option(names = "--read-only", description = "Refuse every change.")
  boolean readOnly;

  @Option(
      names = "--timeout",
      paramLabel = "D",
      converter = Converters.Time.class,
      description = "How long a statement may take; 5m if not given.")
  Duration timeout = SqlRequest.USUAL_TIMEOUT;

  public SqlCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    String standard = session.output().json() ? "json" : "lines";
    try {
      var request =
          new SqlRequest(
              sql(),
              SqlFormat.of(format == null ? standard : format),
              readOnly,
              timeout,
              System.getProperty("user.name", "unknown"),
              session.reason());
      confirm(request.sql());
      Writer out =
          new OutputStreamWriter(session.output().terminal().out(), StandardCharsets.UTF_8);
      return LocalDatabase.with(
          session,
          login -> {
            new SqlByHand(login).run(request, out);
            return Exit.DONE;
          });
    } catch (SqlRefused e) {
      throw CommandFailed.usage(String.valueOf(e.getMessage()));
    } catch (SqlFailed e) {
      throw new CommandFailed(Exit.FAILED, String.valueOf(e.getMessage()));
    }
  }

  private void confirm(String script) {
    for (String statement : SqlByHand.withoutWhere(script)) {
      String start = statement.replaceAll("\\s+", " ");
      session.confirm(
          "'%s' has no WHERE and changes every row. Run it?"
              .formatted(start.length() <= SHOWN ? start : start.substring(0, SHOWN) + "..."));
    }
  }

  private String sql() {
    if ((statements == null) == (file == null)) {
      throw CommandFailed.usage("hubcap sql needs either -c SQL or -f FILE.");
    }
    if (statements != null) {
      return statements;
    }
    String name = String.valueOf(file);
    try {
      return name.equals("-")
          ? new String(session.output().terminal().in().readAllBytes(), StandardCharsets.UTF_8)
          : Files.readString(Path.of(name));
    } catch (IOException e) {
      throw CommandFailed.usage("-f names %s, which cannot be read as UTF-8 text.".formatted(name));
    }
  }
}
