package dev.hubcap.database;

import java.nio.file.Path;

/** Another process that uses the embedded database until its input ends. */
final class HoldEmbeddedDatabase {

  private HoldEmbeddedDatabase() {}

  public static void main(String[] arguments) throws Exception {
    try (var database = EmbeddedDatabase.start(new HubcapHome(Path.of(arguments[0])))) {
      EmbeddedDatabaseTest.run(
          database.login(), "CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer");
      System.out.println(database.login().url().replaceAll(".*:(\\d+)/.*", "$1"));
      System.out.flush();
      while (System.in.read() >= 0) {}
    }
  }
}
