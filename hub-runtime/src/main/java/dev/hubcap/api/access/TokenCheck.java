package dev.hubcap.api.access;

import dev.hubcap.database.DatabaseUnreachable;
import org.springframework.dao.DataAccessException;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.security.core.Authentication;

/** Looks up whose token a request carries. */
final class TokenCheck implements AuthenticationManager {

  private final TokenLookup tokens;

  TokenCheck(TokenLookup tokens) {
    this.tokens = tokens;
  }

  @Override
  public Authentication authenticate(Authentication authentication) {
    if (!(authentication instanceof BearerToken token)) {
      throw new InsufficientAuthenticationException("only bearer tokens are taken");
    }
    try {
      return tokens
          .find(token.secret())
          .map(Caller::new)
          .orElseThrow(
              () -> new BadCredentialsException("this token does not exist or was revoked"));
    } catch (DatabaseUnreachable | DataAccessException away) {
      throw new AuthenticationServiceException("the database does not answer", away);
    }
  }
}
