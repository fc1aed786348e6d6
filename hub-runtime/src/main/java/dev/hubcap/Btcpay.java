package dev.hubcap;

import dev.hubcap.btcpay.CreditAt;
import dev.hubcap.btcpay.greenfield.Greenfield;
import java.util.Optional;

/**
 * The BTCPay of this hub. Everything in the process shares the client, and so its limits.
 *
 * @param client empty if none is configured
 * @param creditAt from when on money counts
 * @param webhookSecret what its deliveries are signed with; empty if it delivers none
 */
public record Btcpay(
    Optional<Greenfield> client, CreditAt creditAt, Optional<String> webhookSecret) {

  /** Without the secret. */
  @Override
  public String toString() {
    return client.map(known -> known.server().toString()).orElse("no BTCPay");
  }
}
