/**
 * A BTCPay in memory, which answers as the real one's documents say: for the demo and for tests.
 */
@NullMarked
package dev.hubcap.btcpay.simulated;

import org.jspecify.annotations.NullMarked;
