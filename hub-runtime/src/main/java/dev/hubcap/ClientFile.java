package dev.hubcap;

import dev.hubcap.database.AccessTokens;
import dev.hubcap.database.DatabaseAccess;
import dev.hubcap.database.HubcapHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a second terminal on the same machine needs: the hub's URL and an administrator's token, in
 * a file that only this user reads. Written while the database is the embedded one.
 */
final class ClientFile implements ApplicationListener<WebServerInitializedEvent> {

  private static final Logger LOG = LoggerFactory.getLogger(ClientFile.class);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String TOKEN_NAME = "local";

  private final DatabaseAccess access;
  private final HubcapHome home;
  private final AccessTokens tokens;

  ClientFile(DatabaseAccess access, HubcapHome home, AccessTokens tokens) {
    this.access = access;
    this.home = home;
    this.tokens = tokens;
  }

  @Override
  public void onApplicationEvent(WebServerInitializedEvent started) {
    if (!access.isEmbedded() || started.getApplicationContext().getServerNamespace() != null) {
      return;
    }
    String url = "http://127.0.0.1:" + started.getWebServer().getPort();
    write(home.clientFile(), Map.of("url", url, "token", knownToken().orElseGet(this::newToken)));
    LOG.atInfo().addKeyValue("file", home.clientFile()).log("client commands find this hub");
  }

  private Optional<String> knownToken() {
    try {
      String token = JSON.readTree(Files.readString(home.clientFile())).path("token").asString("");
      return tokens.find(token).map(found -> token);
    } catch (IOException | JacksonException noUsableFile) {
      return Optional.empty();
    }
  }

  /** A token of that name whose secret is in no file is of no use to anybody. */
  private String newToken() {
    tokens.list().stream()
        .filter(token -> token.name().equals(TOKEN_NAME) && token.revoked() == null)
        .forEach(lost -> tokens.revoke(lost.id()));
    return tokens.create(TOKEN_NAME, "admin");
  }

  private static void write(Path file, Map<String, String> content) {
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try {
      Path fresh = Files.createTempFile(file.getParent(), "client", ".json", owner);
      Files.writeString(fresh, JSON.writeValueAsString(content) + "\n");
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException unwritable) {
      throw new UncheckedIOException("cannot write " + file, unwritable);
    }
  }
}
