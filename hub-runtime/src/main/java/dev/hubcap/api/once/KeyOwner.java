package dev.hubcap.api.once;

import java.security.Principal;

/** Whom an idempotency key belongs to. */
public interface KeyOwner extends Principal {

  /** The id of the token that the request carries. */
  long token();
}
