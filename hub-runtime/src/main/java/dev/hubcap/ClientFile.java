package dev.hubcap;

import dev.hubcap.database.AccessTokens;
import dev.hubcap.database.DatabaseAccess;
import dev.hubcap.database.HubcapHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a second terminal on the same machine needs: the hub's URL and an administrator's token, in
 * a file that only this user reads. Written while the database is the embedded one, unless a second
 * hub is started beside one that the file names and that answers.
 */
final class ClientFile implements ApplicationListener<WebServerInitializedEvent> {

  private static final Logger LOG = LoggerFactory.getLogger(ClientFile.class);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String TOKEN_NAME = "local";
  private static final Duration PATIENCE = Duration.ofSeconds(1);

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
    JsonNode known = known();
    String token = known.path("token").asString("");
    String other = known.path("url").asString(url);
    if (tokens.find(token).isEmpty()) {
      token = newToken();
    } else if (!other.equals(url) && answers(other, token)) {
      LOG.atInfo().addKeyValue("file", home.clientFile()).log("client commands find another hub");
      return;
    }
    write(home.clientFile(), Map.of("url", url, "token", token));
    LOG.atInfo().addKeyValue("file", home.clientFile()).log("client commands find this hub");
  }

  private JsonNode known() {
    try {
      return JSON.readTree(Files.readString(home.clientFile()));
    } catch (IOException | JacksonException noUsableFile) {
      return JSON.createObjectNode();
    }
  }

  /** Whether a hub on the same database is there. */
  private static boolean answers(String url, String token) {
    try (var http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      var me = HttpRequest.newBuilder(URI.create(url + "/api/v1/me")).timeout(PATIENCE);
      var request = me.header("Authorization", "Bearer " + token).build();
      return http.send(request, BodyHandlers.discarding()).statusCode() == HttpStatus.OK.value();
    } catch (IOException | IllegalArgumentException nobody) {
      return false;
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
      return false;
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
