package dev.hubcap.accounts.email;

/**
 * What becomes of one account.
 *
 * @param newLower its {@code lower_case_email} afterwards
 */
record Change(long unit, long line, String oldAddress, String newAddress, String newLower) {}
