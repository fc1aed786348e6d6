/**
 * A client of BTCPay Server's Greenfield API, as far as the hub needs it. Start with {@link
 * dev.hubcap.btcpay.greenfield.Greenfield}.
 */
@NullMarked
package dev.hubcap.btcpay.greenfield;

import org.jspecify.annotations.NullMarked;
