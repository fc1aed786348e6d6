package dev.hubcap.cli.render;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * What a command reads and writes.
 *
 * @param out data, and nothing else
 * @param err everything else
 * @param interactive whether a person sits there, who can be asked and sees a bar move
 */
public record Terminal(InputStream in, PrintStream out, PrintStream err, boolean interactive) {

  /**
   * The process's own. It writes UTF-8 whatever the locale says: under cron and systemd that is
   * often "C", which knows no name with an accent, and JSON is UTF-8 anyway. Java 25 has no console
   * where a stream leads elsewhere.
   */
  @SuppressWarnings("SystemConsoleNull")
  public static Terminal ofProcess() {
    var console = System.console();
    return new Terminal(
        System.in,
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        console != null && console.isTerminal());
  }

  private static PrintStream utf8(FileDescriptor file) {
    var stream = new BufferedOutputStream(new FileOutputStream(file));
    return new PrintStream(stream, true, StandardCharsets.UTF_8);
  }
}
