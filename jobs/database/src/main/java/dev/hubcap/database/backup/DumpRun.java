package dev.hubcap.database.backup;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.facts.Snapshot;
import dev.hubcap.database.pg.PgProgram;
import dev.hubcap.database.pg.PgRun;
import dev.hubcap.database.pg.StopCheck;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** {@code pg_dump}, reading one snapshot and writing to us: where this process dies, it dies. */
record DumpRun(PgProgram program, DatabaseLogin login, Snapshot snapshot) {

  private static final int FIRST_WITH_ZSTD = 16;

  /**
   * Writes the dump, compressed as well as the program can.
   *
   * @return zstd or gzip
   */
  String into(PartialDump dump, StopCheck stop) throws IOException, SQLException {
    if (program.major() >= FIRST_WITH_ZSTD) {
      try {
        run("zstd", dump, stop);
        return "zstd";
      } catch (PgRun.Ended e) {
        // Whether it was built with zstd is known to the program alone.
        if (!e.said().contains("compression")) {
          throw e;
        }
        dump.empty();
      }
    }
    run("gzip", dump, stop);
    return "gzip";
  }

  private void run(String compression, PartialDump dump, StopCheck stop)
      throws IOException, SQLException {
    var options = new ArrayList<String>();
    options.add("--format=custom");
    options.add("--no-password");
    options.add("--lock-wait-timeout=60s");
    options.add("--snapshot=" + snapshot.export());
    // What gzip is where it is the only one has no name.
    options.add(compression.equals("gzip") ? "--compress=6" : "--compress=" + compression);
    if (!snapshot.loginInherits()) {
      options.add("--role=hubcap_owner");
    }
    new PgRun(program, login, List.copyOf(options)).run(dump::write, stop);
  }
}
