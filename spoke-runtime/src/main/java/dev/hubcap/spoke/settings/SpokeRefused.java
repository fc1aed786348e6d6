package dev.hubcap.spoke.settings;

import org.jspecify.annotations.Nullable;

/** A spoke that cannot start, with what to do about it. */
public final class SpokeRefused extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Says what was wrong and what would be right, in a whole sentence. */
  public SpokeRefused(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
