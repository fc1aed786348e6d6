package dev.hubcap.btcpay;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * An invoice as the database has it.
 *
 * @param account whose it is
 * @param asked when the customer was given it
 * @param since when it came into its state
 * @param credited dollars that its payments were set to
 * @param manual whether its payments are a person's affair
 * @param history whether it was resolved before the hub knew of it
 * @param revision counts the looks at it
 * @param paid dollars of its payments that count now; another amount than {@code credited} if a
 *     person changed one
 */
record InvoiceRow(
    String id,
    String account,
    Instant asked,
    InvoiceState state,
    Instant since,
    BigDecimal credited,
    boolean manual,
    boolean history,
    long revision,
    BigDecimal paid) {}
