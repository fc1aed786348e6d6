package dev.hubcap.api.access;

import java.util.Optional;

/** Finds whose a token is. */
@FunctionalInterface
public interface TokenLookup {

  /**
   * The holder of a token that exists and is not revoked. Compares hashes only, by the index of the
   * database, so that the time it takes says nothing about the secret.
   */
  Optional<TokenHolder> find(String secret);
}
