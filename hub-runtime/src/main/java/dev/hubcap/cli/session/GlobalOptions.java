package dev.hubcap.cli.session;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command takes, before or after its name. */
public final class GlobalOptions {

  @Option(
      names = {"-o", "--output"},
      scope = ScopeType.INHERIT,
      paramLabel = "table|json",
      converter = Converters.OutputFormat.class,
      description = "How data is printed; table if not given.")
  @Nullable String output;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Print data and errors only.")
  boolean quiet;

  @Option(
      names = "--no-color",
      scope = ScopeType.INHERIT,
      description = "No colors, also with NO_COLOR in the environment.")
  boolean noColor;

  @Option(
      names = "--server",
      scope = ScopeType.INHERIT,
      paramLabel = "URL",
      description = "The hub's address (HUBCAP_SERVER).")
  @Nullable String server;

  @Option(
      names = "--token-file",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "A file that holds the token (HUBCAP_TOKEN).")
  @Nullable Path tokenFile;

  @Option(
      names = "--reason",
      scope = ScopeType.INHERIT,
      paramLabel = "REASON",
      description = "Why, for the audit log.")
  @Nullable String reason;

  @Option(
      names = "--yes",
      scope = ScopeType.INHERIT,
      description = "Do not ask before something is ended or taken away.")
  boolean yes;
}
