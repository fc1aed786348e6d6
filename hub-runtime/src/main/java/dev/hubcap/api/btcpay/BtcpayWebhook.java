package dev.hubcap.api.btcpay;

import dev.hubcap.Btcpay;
import dev.hubcap.api.problem.Problem;
import dev.hubcap.btcpay.Deliveries;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /webhooks/btcpay}: what BTCPay calls. A delivery that is signed gets 200 whatever it is
 * about, since BTCPay gives up after a 4xx and blocks its queue after a 5xx; it is kept, and asked
 * about afterwards.
 */
@Hidden
@RestController
public final class BtcpayWebhook {

  /** Bytes; BTCPay's own deliveries have about a thousand. */
  private static final int LARGEST = 1024 * 1024;

  private final Btcpay btcpay;
  private final Deliveries deliveries;
  private final TransactionTemplate transactions;
  private final InstantSource clock;

  BtcpayWebhook(Btcpay btcpay, JdbcClient jdbc, DataSource dataSource, InstantSource clock) {
    this.btcpay = btcpay;
    this.deliveries = new Deliveries(jdbc);
    this.transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    this.clock = clock;
  }

  @PostMapping("/webhooks/btcpay")
  void receive(
      @RequestHeader(name = "BTCPay-Sig") Optional<String> signature, HttpServletRequest request)
      throws IOException {
    byte[] body;
    try (InputStream in = request.getInputStream()) {
      body = in.readNBytes(LARGEST + 1);
    }
    if (body.length > LARGEST) {
      throw new Problem(HttpStatus.CONTENT_TOO_LARGE, "a delivery has at most 1 MiB");
    }
    boolean signed =
        btcpay
            .webhookSecret()
            .filter(secret -> Deliveries.isSigned(body, secret, signature.orElse(null)))
            .isPresent();
    if (!signed) {
      throw new Problem(HttpStatus.UNAUTHORIZED, "the header BTCPay-Sig does not sign this body");
    }
    Instant now = clock.instant();
    transactions.executeWithoutResult(status -> deliveries.receive(body, now));
  }
}
