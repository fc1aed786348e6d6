package dev.hubcap.database.backup;

import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.migrations.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The PostgreSQL of this machine, running for the tests of one class. */
record InstalledServer(TestServer server) implements AutoCloseable {

  static InstalledServer start() {
    return new InstalledServer(TestServer.installed());
  }

  /** A provider's database on it, empty. */
  BackupFixture provider() {
    try {
      return new BackupFixture(TestDatabase.createOn(server), programs());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path programs() {
    return TestServer.installedPrograms();
  }

  @Override
  public void close() {
    server.close();
  }
}
