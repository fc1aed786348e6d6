package dev.hubcap.billing;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * How nightly billing works here.
 *
 * @param connections how many ranges are charged at once; 1 to 8
 * @param chargedFactor a day's total above this times the usual, or below one part of it, waits for
 *     a person; more than 1; empty for no such guard
 */
public record BillingSettings(int connections, Optional<BigDecimal> chargedFactor) {

  public BillingSettings {
    if (connections < 1 || connections > 8) {
      throw new IllegalArgumentException("connections is " + connections + "; 1 to 8 are possible");
    }
    chargedFactor
        .filter(factor -> factor.compareTo(BigDecimal.ONE) <= 0)
        .ifPresent(
            factor -> {
              throw new IllegalArgumentException(
                  "guard charged-factor is " + factor + "; it must be more than 1, for example 3");
            });
  }
}
