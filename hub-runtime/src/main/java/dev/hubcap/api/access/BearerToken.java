package dev.hubcap.api.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.core.Authentication;

/** The secret that a request carries, before anybody looked whether it is right. */
final class BearerToken extends AbstractAuthenticationToken {

  private static final Pattern HEADER =
      Pattern.compile("(?i)bearer +([A-Za-z0-9._~+/=-]{1,512}) *");

  private final transient String secret;

  private BearerToken(String secret) {
    super(List.of());
    this.secret = secret;
  }

  /** The token of the header {@code Authorization}; null without that header. */
  static @Nullable Authentication read(HttpServletRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null) {
      return null;
    }
    var matcher = HEADER.matcher(header);
    if (!matcher.matches()) {
      throw new BadCredentialsException(
          "the header Authorization is not of the form 'Bearer TOKEN'");
    }
    return new BearerToken(matcher.group(1));
  }

  String secret() {
    return secret;
  }

  @Override
  public String getPrincipal() {
    return "token";
  }

  @Override
  public String getCredentials() {
    return "";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BearerToken token && token.secret.equals(secret);
  }

  @Override
  public int hashCode() {
    return secret.hashCode();
  }

  @Override
  public String toString() {
    return "BearerToken[]";
  }
}
