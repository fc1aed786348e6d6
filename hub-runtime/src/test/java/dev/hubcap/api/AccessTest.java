package dev.hubcap.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.api.access.Needs;
import dev.hubcap.launch.Role;
import java.net.http.HttpRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

@ExtendWith(OutputCaptureExtension.class)
class AccessTest extends ApiTest {

  @Autowired Map<String, RequestMappingInfoHandlerMapping> mappings;

  private record Endpoint(String method, String path, HandlerMethod handler) {

    HttpRequest.Builder request(HttpRequest.Builder builder) {
      return builder.method(method, HttpRequest.BodyPublishers.noBody());
    }

    boolean ours() {
      return path.startsWith("/api/");
    }

    boolean open() {
      return path.startsWith("/actuator/health/") || signed();
    }

    /** Whoever calls it shows a signature instead of a token. */
    boolean signed() {
      return path.startsWith("/webhooks/");
    }

    Role needed() {
      Needs needs = handler.getMethodAnnotation(Needs.class);
      return needs == null ? Role.VIEWER : needs.value();
    }
  }

  /** Everything that a request can reach, except the page for errors. */
  private List<Endpoint> endpoints() {
    return mappings.values().stream()
        .flatMap(mapping -> mapping.getHandlerMethods().entrySet().stream())
        .flatMap(entry -> endpoints(entry.getKey(), entry.getValue()))
        .filter(endpoint -> !endpoint.path().equals("/error"))
        .sorted(Comparator.comparing(Endpoint::path))
        .toList();
  }

  private static Stream<Endpoint> endpoints(RequestMappingInfo info, HandlerMethod handler) {
    return info.getPatternValues().stream()
        .map(path -> path.replaceAll("\\{[^}]*}", "1").replace("**", "liveness"))
        .flatMap(
            path -> {
              var methods = info.getMethodsCondition().getMethods();
              return (methods.isEmpty() ? List.of(RequestMethod.GET) : methods)
                  .stream().map(method -> new Endpoint(method.name(), path, handler));
            });
  }

  private void forEach(Consumer<Endpoint> check) {
    assertThat(endpoints()).hasSizeGreaterThan(30).allSatisfy(check);
  }

  @Test
  void every_endpoint_has_a_rule() {
    forEach(
        endpoint -> {
          if (endpoint.ours()) {
            assertThat(endpoint.handler().getMethodAnnotation(Needs.class)).isNotNull();
          } else {
            assertThat(endpoint.path())
                .matches("/actuator(/health(/.*)?|/prometheus)?|/v3/api-docs.*|/webhooks/btcpay");
          }
        });
  }

  @Test
  void viewers_read_all_but_the_audit_operators_change_and_administrators_hand_out_access() {
    forEach(
        endpoint ->
            assertThat(endpoint.needed())
                .isEqualTo(endpoint.signed() ? Role.VIEWER : role(endpoint)));
  }

  private static Role role(Endpoint endpoint) {
    boolean reads = endpoint.method().equals("GET");
    boolean makesLogins = List.of("/api/v1/hosts", "/api/v1/hosts/1").contains(endpoint.path());
    if (endpoint.path().startsWith("/api/v1/tokens") || (makesLogins && !reads)) {
      return Role.ADMIN;
    }
    return reads && !endpoint.path().equals("/api/v1/audit") ? Role.VIEWER : Role.OPERATOR;
  }

  @Test
  void without_a_token_every_endpoint_answers_401() {
    forEach(
        endpoint -> {
          Answer answer = send(endpoint.request(to(endpoint.path())));
          if (!endpoint.open()) {
            answer.isProblem(401, 5, "a token is needed");
            assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"hubcap\"");
          }
        });
  }

  @Test
  void with_too_small_a_role_every_endpoint_answers_403() {
    forEach(
        endpoint -> {
          if (endpoint.needed() == Role.VIEWER) {
            return; // there is no smaller role
          }
          Role smaller = endpoint.needed() == Role.ADMIN ? Role.OPERATOR : Role.VIEWER;
          String role = smaller.name().toLowerCase(Locale.ROOT);
          String needed = endpoint.needed().name().toLowerCase(Locale.ROOT);
          send(endpoint.request(as(role, endpoint.path())))
              .isProblem(403, 5, "this takes a token of role " + needed);
        });
  }

  @Test
  void a_token_that_does_not_exist_or_was_revoked_answers_401() {
    String name = unique("revoked");
    String secret = tokens.create(name, "admin");
    tokens.list().stream()
        .filter(token -> token.name().equals(name))
        .forEach(token -> tokens.revoke(token.id()));

    for (String wrong : List.of(secret, "hubcap_" + "A".repeat(43), "x")) {
      Answer answer = send(to("/api/v1/me").header("Authorization", "Bearer " + wrong));
      answer.isProblem(401, 5, "this token does not exist or was revoked");
      assertThat(answer.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
    }
  }

  @Test
  void another_scheme_than_bearer_answers_401_and_says_which_is_right() {
    send(to("/api/v1/me").header("Authorization", "Basic YTpi"))
        .isProblem(401, 5, "not of the form 'Bearer TOKEN'");
  }

  @Test
  void a_secret_appears_in_no_answer_and_in_no_log(CapturedOutput output) {
    String secret = tokens.create(unique("leaky"), "viewer");
    String wrong = "hubcap_wrong" + "B".repeat(40);
    List<Answer> answers =
        List.of(
            send(to("/api/v1/me").header("Authorization", "Bearer " + secret)),
            send(to("/api/v1/me").header("Authorization", "Bearer " + wrong)),
            send(to("/api/v1/me").header("Authorization", "Bearer  " + wrong + " ;")),
            send(to("/api/v1/nothing").header("Authorization", "Bearer " + secret)),
            send(to("/api/v1/runs?limit=x").header("Authorization", "Bearer " + secret)),
            send(to("/api/v1/me").header("Authorization", "Token " + wrong)));

    assertThat(answers)
        .allSatisfy(answer -> assertThat(answer.http().body()).doesNotContain(wrong));
    assertThat(answers)
        .allSatisfy(answer -> assertThat(answer.http().body()).doesNotContain(secret));
    assertThat(output.getAll()).doesNotContain(secret).doesNotContain(wrong);
  }

  @Test
  void only_the_hash_of_a_secret_is_stored() {
    String secret = tokens.create(unique("hashed"), "viewer");
    Optional<String> found =
        jdbc.sql(
                "SELECT tokens::text AS whole FROM tokens WHERE tokens::text LIKE '%' || :s || '%'")
            .param("s", secret)
            .query((row, n) -> row.getString("whole"))
            .optional();
    assertThat(found).isEmpty();
  }

  @Test
  void there_is_no_session_and_no_cookie() {
    assertThat(get("/api/v1/me").header("Set-Cookie")).isEmpty();
  }

  @Test
  void the_probes_are_open_and_the_rest_of_the_actuator_is_not() {
    assertThat(send(to("/actuator/health/liveness")).status()).isEqualTo(200);
    assertThat(send(to("/actuator/health/readiness")).status()).isEqualTo(200);
    send(to("/actuator/health")).isProblem(401, 5, "a token is needed");
    send(to("/actuator/prometheus")).isProblem(401, 5, "a token is needed");
    assertThat(get("/actuator/prometheus").http().body()).contains("jvm_memory_used_bytes");
  }
}
