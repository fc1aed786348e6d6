package dev.hubcap.cli.render;

import java.io.InputStream;
import java.io.PrintStream;

/**
 * What a command reads and writes.
 *
 * @param out data, and nothing else
 * @param err everything else
 * @param interactive whether a person sits there, who can be asked and sees a bar move
 */
public record Terminal(InputStream in, PrintStream out, PrintStream err, boolean interactive) {

  /** The process's own; Java 25 has no console where a stream leads elsewhere. */
  @SuppressWarnings("SystemConsoleNull")
  public static Terminal ofProcess() {
    var console = System.console();
    return new Terminal(System.in, System.out, System.err, console != null && console.isTerminal());
  }
}
