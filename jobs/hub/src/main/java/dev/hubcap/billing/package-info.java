/**
 * Nightly billing: the steps of a night, in order, and what an account's balance is. Start reading
 * at {@link dev.hubcap.billing.NightlyBilling}; the statements and the formula are in {@link
 * dev.hubcap.ledger}.
 */
@NullMarked
package dev.hubcap.billing;

import org.jspecify.annotations.NullMarked;
