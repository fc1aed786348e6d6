package dev.hubcap.migrations;

import org.postgresql.ds.PGSimpleDataSource;

/** An upgrade as a process of its own, so that a test can kill it. */
final class UpgradeProcess {

  static final String NAME = "upgrade-process";

  private UpgradeProcess() {}

  /** Takes the URL, the user and the password of the database. */
  public static void main(String[] args) {
    var login = new PGSimpleDataSource();
    login.setUrl(args[0]);
    login.setUser(args[1]);
    login.setPassword(args[2]);
    login.setApplicationName(NAME);
    SchemaUpgrade.of(login).upgrade();
  }

  static Process start(TestDatabase database) throws java.io.IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            UpgradeProcess.class.getName(),
            database.url(),
            database.username(),
            database.password())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
