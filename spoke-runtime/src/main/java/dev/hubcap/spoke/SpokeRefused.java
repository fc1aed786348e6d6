package dev.hubcap.spoke;

import org.jspecify.annotations.Nullable;

/** A spoke that cannot start, with what to do about it. */
public final class SpokeRefused extends RuntimeException {

  private static final long serialVersionUID = 1;

  SpokeRefused(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
