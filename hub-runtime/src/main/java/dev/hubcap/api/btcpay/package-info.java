/** What the HTTP interface has about BTCPay, and what BTCPay itself calls. */
@NullMarked
package dev.hubcap.api.btcpay;

import org.jspecify.annotations.NullMarked;
