package dev.hubcap.dunning;

import dev.hubcap.ledger.Units;
import java.util.Locale;

/** The notices, each further than the one before it. */
public enum NoticeKind {
  ZERO_1W,
  ZERO_1D,
  ZERO_NOW,
  DELETE_1W,
  DELETE_1D,
  /** Sent when the VMs were deleted; no night raises it. */
  DELETE_NOW;

  /** As the database and the templates have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a night raises it for an account that stands so. */
  boolean isDue(Standing standing, DunningSettings settings) {
    return switch (this) {
      case ZERO_1W -> below(standing.inAWeek(), settings.zero());
      case ZERO_1D -> below(standing.tomorrow(), settings.zero());
      case ZERO_NOW -> below(standing.now(), settings.zero());
      case DELETE_1W -> below(standing.inAWeek(), settings.delete());
      case DELETE_1D -> below(standing.tomorrow(), settings.delete());
      case DELETE_NOW -> false;
    };
  }

  private static boolean below(Units balance, Units threshold) {
    return balance.value().compareTo(threshold.value()) < 0;
  }
}
