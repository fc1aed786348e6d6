package dev.hubcap.cli.follow;

import dev.hubcap.cli.client.Json;
import dev.hubcap.cli.render.Output;
import java.io.PrintStream;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** How far a run is: a bar that moves on a terminal, elsewhere a line for each tenth. */
final class ProgressLine {

  private static final int WIDTH = 24;
  private static final String ERASE = "\r\u001b[K";

  private final Output output;
  private final boolean quiet;
  private boolean drawn;
  private long lastTenth = -1;

  ProgressLine(Output output, boolean quiet) {
    this.output = output;
    this.quiet = quiet;
  }

  void show(JsonNode progress) {
    if (quiet || !progress.isObject()) {
      return;
    }
    long done = progress.path("done").asLong(0);
    long total = progress.path("total").asLong(0);
    if (output.terminal().interactive()) {
      PrintStream err = output.terminal().err();
      String line = bar(done, total) + Output.printable(words(progress, done, total));
      err.print(ERASE + line.substring(0, Math.min(line.length(), output.columns() - 1)));
      err.flush();
      drawn = true;
      return;
    }
    long tenth = total > 0 ? done * 10 / total : 0;
    if (tenth != lastTenth) {
      lastTenth = tenth;
      output.say(words(progress, done, total));
    }
  }

  /** Makes room for another line. */
  void erase() {
    if (drawn) {
      output.terminal().err().print(ERASE);
      output.terminal().err().flush();
      drawn = false;
    }
  }

  private static String bar(long done, long total) {
    if (total <= 0) {
      return "";
    }
    int filled = Math.clamp(done * WIDTH / total, 0, WIDTH);
    return "[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] ";
  }

  private static String words(JsonNode progress, long done, long total) {
    var words = new StringBuilder();
    if (total > 0) {
      words.append(done * 100 / total).append(" %, ").append(done).append(" of ").append(total);
    } else {
      words.append(done);
    }
    words.append(' ').append(Json.text(progress, "unit"));
    String rate = Json.text(progress, "perSecond");
    if (!rate.isEmpty()) {
      words.append(", ").append(rate).append("/s");
    }
    if (progress.path("etaSeconds").isNumber()) {
      words.append(", ").append(time(progress.path("etaSeconds").asLong())).append(" left");
    }
    return words.toString();
  }

  private static String time(long seconds) {
    Duration time = Duration.ofSeconds(seconds);
    return seconds >= 3600
        ? "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
  }
}
