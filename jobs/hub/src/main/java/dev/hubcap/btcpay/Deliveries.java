package dev.hubcap.btcpay;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The deliveries of BTCPay's webhook. They say which invoice to ask about and are believed in
 * nothing else; they may be repeated, late, out of order or lost.
 */
public final class Deliveries {

  private static final String SIGNATURE = "sha256=[0-9a-fA-F]{64}";
  private static final int LONGEST = 200;

  private final JdbcClient jdbc;
  private final InvoiceRows rows;
  private final JsonMapper json = new JsonMapper();

  /**
   * @param jdbc joins the caller's transaction
   */
  public Deliveries(JdbcClient jdbc) {
    this.jdbc = jdbc;
    this.rows = new InvoiceRows(jdbc);
  }

  /**
   * Whether a signature is BTCPay's: {@code sha256=} and the HMAC-SHA256 of the body in hexadecimal
   * digits, compared in constant time.
   */
  public static boolean isSigned(byte[] body, String secret, @Nullable String signature) {
    if (signature == null || !signature.matches(SIGNATURE)) {
      return false;
    }
    byte[] given = HexFormat.of().parseHex(signature.substring(signature.indexOf('=') + 1));
    return MessageDigest.isEqual(hmac(body, secret), given);
  }

  /** The signature of a body, as BTCPay makes it. */
  public static String signature(byte[] body, String secret) {
    return "sha256=" + HexFormat.of().formatHex(hmac(body, secret));
  }

  private static byte[] hmac(byte[] body, String secret) {
    try {
      Mac hmac = Mac.getInstance("HmacSHA256");
      hmac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return hmac.doFinal(body);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this Java has no HMAC-SHA256", missing);
    }
  }

  /**
   * Keeps a delivery that is signed, once, and has its invoice asked about.
   *
   * @param now when it came
   * @return whether it was new
   */
  public boolean receive(byte[] body, Instant now) {
    JsonNode event = event(body);
    Optional<String> invoice = text(event, "invoiceId");
    int stored =
        jdbc.sql(
                """
                INSERT INTO btcpay_deliveries (id, invoice, type, received_at, handled_at)
                VALUES (:id, :invoice, :type, :now, CASE WHEN :invoice::text IS NULL THEN :now::timestamptz END)
                ON CONFLICT (id) DO NOTHING
                """)
            .param("id", text(event, "deliveryId").orElseGet(() -> "sha256-" + digest(body)))
            .param("invoice", invoice.orElse(null))
            .param("type", text(event, "type").orElse("unknown"))
            .param("now", now.atOffset(ZoneOffset.UTC))
            .update();
    if (stored == 1) {
      invoice.ifPresent(id -> rows.ask(id, now));
    }
    return stored == 1;
  }

  private JsonNode event(byte[] body) {
    try {
      return json.readTree(body);
    } catch (JacksonException unreadable) {
      return json.createObjectNode();
    }
  }

  private static Optional<String> text(JsonNode event, String property) {
    return Optional.of(event.path(property).asString(""))
        .filter(text -> !text.isBlank() && text.length() <= LONGEST && text.indexOf('\0') < 0);
  }

  private static String digest(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this Java has no SHA-256", missing);
    }
  }

  /**
   * Deliveries that nobody acted on yet.
   *
   * @param ids what they are called
   */
  public record Waiting(String invoice, List<String> ids) {}

  /** Invoices with deliveries that nobody acted on yet, the oldest first. */
  public List<Waiting> waiting() {
    return jdbc.sql(
            """
            SELECT invoice, array_agg(id) AS ids FROM btcpay_deliveries
            WHERE handled_at IS NULL AND invoice IS NOT NULL
            GROUP BY invoice ORDER BY min(received_at) LIMIT 100
            """)
        .query(
            (row, nth) ->
                new Waiting(
                    row.getString("invoice"), List.of((String[]) row.getArray("ids").getArray())))
        .list();
  }

  /** These are done with; any that came since are not. */
  public void handled(Waiting waiting, Instant now) {
    jdbc.sql("UPDATE btcpay_deliveries SET handled_at = :now WHERE id = ANY (:ids)")
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("ids", waiting.ids().toArray(String[]::new))
        .update();
  }
}
