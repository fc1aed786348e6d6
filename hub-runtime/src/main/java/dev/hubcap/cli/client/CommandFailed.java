package dev.hubcap.cli.client;

/** A command ends here: with one sentence for the person, and an exit code for the script. */
public final class CommandFailed extends RuntimeException {

  private final int exit;

  /**
   * @param exit one of {@link Exit}
   * @param sentence what was wrong, where, and what would be right
   */
  public CommandFailed(int exit, String sentence) {
    super(sentence);
    this.exit = exit;
  }

  /** What was asked for cannot be understood. */
  public static CommandFailed usage(String sentence) {
    return new CommandFailed(Exit.USAGE, sentence);
  }

  public int exit() {
    return exit;
  }

  /** The message. */
  public String sentence() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
