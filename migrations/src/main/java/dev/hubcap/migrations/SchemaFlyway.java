package dev.hubcap.migrations;

import java.io.Reader;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Flyway, set up for our files on one connection. */
final class SchemaFlyway {

  private static final Logger log = LoggerFactory.getLogger(SchemaFlyway.class);

  /** A lock that belongs to a transaction would make CREATE INDEX CONCURRENTLY wait for itself. */
  private static final String TRANSACTIONAL_LOCK = "flyway.postgresql.transactional.lock";

  private SchemaFlyway() {}

  static Flyway on(Connection connection, MigrationFiles files) {
    return Flyway.configure(SchemaFlyway.class.getClassLoader())
        .configuration(Map.of(TRANSACTIONAL_LOCK, "false"))
        .dataSource(new OneConnection(connection))
        .defaultSchema("public")
        .resourceProvider(new Files(files))
        .javaMigrationClassProvider(List::of)
        .placeholderReplacement(false)
        .cleanDisabled(true)
        .callbacks(new KeepSchemaVersion())
        .load();
  }

  /** Keeps table {@code schemaversion} in step, inside the transaction of each migration. */
  private static final class KeepSchemaVersion implements Callback {

    @Override
    public boolean supports(Event event, Context context) {
      return event == Event.AFTER_EACH_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
      return true;
    }

    @Override
    public void handle(Event event, Context context) {
      int version = Integer.parseInt(context.getMigrationInfo().getVersion().getVersion());
      try (var update =
          context.getConnection().prepareStatement("UPDATE public.schemaversion SET version = ?")) {
        update.setInt(1, version);
        if (update.executeUpdate() != 1) {
          throw new FlywayException("table schemaversion does not hold exactly one row");
        }
      } catch (SQLException e) {
        throw new FlywayException("schemaversion could not be set to " + version, e);
      }
      log.atInfo()
          .addKeyValue("migration", context.getMigrationInfo().getScript())
          .log("migration applied");
    }

    @Override
    public String getCallbackName() {
      return "keep schemaversion";
    }
  }

  private record Files(MigrationFiles files) implements ResourceProvider {

    @Override
    public @Nullable LoadableResource getResource(String name) {
      return all().stream()
          .filter(file -> file.getFilename().equals(name))
          .findFirst()
          .orElse(null);
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
      return all().stream()
          .filter(file -> file.getFilename().startsWith(prefix))
          .filter(file -> List.of(suffixes).stream().anyMatch(file.getFilename()::endsWith))
          .toList();
    }

    private List<LoadableResource> all() {
      var all = new ArrayList<LoadableResource>();
      files.names().forEach((version, name) -> all.add(new File(name, sqlOf(version))));
      return all;
    }

    private String sqlOf(int version) {
      return files.byVersion().getOrDefault(version, "");
    }
  }

  private static final class File extends LoadableResource {
    private final String name;
    private final String sql;

    File(String name, String sql) {
      this.name = name;
      this.sql = sql;
    }

    @Override
    public Reader read() {
      return new StringReader(sql);
    }

    @Override
    public String getAbsolutePath() {
      return name;
    }

    @Override
    public String getAbsolutePathOnDisk() {
      return name;
    }

    @Override
    public String getFilename() {
      return name;
    }

    @Override
    public String getRelativePath() {
      return name;
    }
  }
}
