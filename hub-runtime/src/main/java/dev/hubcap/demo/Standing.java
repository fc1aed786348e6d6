package dev.hubcap.demo;

import java.math.BigDecimal;

/**
 * How an account of the sample stands, as its balance and what its VMs burn a day, both in dollars.
 */
enum Standing {
  COMFORTABLE("20", "45"),
  ENDS_IN_A_WEEK("0", "3"),
  ENDS_TOMORROW("0", "0.5"),
  USED_UP("-1", "0"),
  DELETED_IN_A_WEEK("-10", "3"),
  DELETED_TOMORROW("-10", "0.5"),
  OVERDUE("-12", "0"),
  DISPUTED("-15", "0");

  private final BigDecimal dollars;
  private final BigDecimal days;

  Standing(String dollars, String days) {
    this.dollars = new BigDecimal(dollars);
    this.days = new BigDecimal(days);
  }

  /** The balance that an account with this burn should have. */
  BigDecimal balance(BigDecimal burn) {
    return dollars.add(days.multiply(burn));
  }
}
