package dev.hubcap.api;

import dev.hubcap.api.access.Caller;
import dev.hubcap.api.access.Needs;
import dev.hubcap.api.standing.HubStanding;
import dev.hubcap.launch.Role;
import java.util.Locale;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /me} and {@code /version}: who asks, and who answers. */
@RestController
@RequestMapping("/api/v1")
public final class HubController {

  private final JdbcClient jdbc;
  private final HubStanding standing;

  HubController(JdbcClient jdbc, HubStanding standing) {
    this.jdbc = jdbc;
    this.standing = standing;
  }

  /** Whose token this is. */
  record Me(String name, String role) {}

  /**
   * Which hub this is.
   *
   * @param schema the version of the database's schema
   * @param leader whether this hub leads
   * @param holder the name of the hub that leads
   */
  record Version(String version, int schema, boolean leader, String holder) {}

  @GetMapping("/me")
  @Needs(Role.VIEWER)
  Me me(Caller caller) {
    return new Me(caller.getName(), caller.actor().role().name().toLowerCase(Locale.ROOT));
  }

  @GetMapping("/version")
  @Needs(Role.VIEWER)
  Version version() {
    int schema =
        jdbc.sql("SELECT version FROM schemaversion")
            .query((row, n) -> row.getInt("version"))
            .single();
    String program =
        Optional.ofNullable(HubController.class.getPackage().getImplementationVersion())
            .orElse("development");
    return new Version(program, schema, standing.leads(), standing.leader());
  }
}
