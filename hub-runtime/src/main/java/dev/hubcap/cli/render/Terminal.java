package dev.hubcap.cli.render;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Objects;

/**
 * What a command reads and writes.
 *
 * @param out data, and nothing else
 * @param err everything else
 * @param interactive whether a person sits there, who can be asked and sees a bar move
 */
public record Terminal(InputStream in, PrintStream out, PrintStream err, boolean interactive) {

  /** The process's own. */
  public static Terminal ofProcess() {
    return new Terminal(
        System.in, System.out, System.err, Objects.requireNonNull(System.console()).isTerminal());
  }
}
