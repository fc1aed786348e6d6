/**
 * Money that comes through BTCPay: what it says of an invoice is turned into payments, once,
 * whatever is repeated, lost or late. Start with {@link dev.hubcap.btcpay.Reconciliation}; what an
 * answer means is in {@link dev.hubcap.btcpay.Judge}.
 */
@NullMarked
package dev.hubcap.btcpay;

import org.jspecify.annotations.NullMarked;
