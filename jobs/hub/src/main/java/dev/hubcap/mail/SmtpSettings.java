package dev.hubcap.mail;

import java.util.Map;
import java.util.Optional;

/**
 * How the mail server is reached.
 *
 * @param security STARTTLS is insisted on; TLS from the first byte; or none, for a relay on this
 *     machine
 * @param login empty if the server wants none
 * @param from the sender of every mail
 * @param more properties of Jakarta Mail that go before ours, for example {@code
 *     mail.smtp.ssl.trust}
 */
public record SmtpSettings(
    String host,
    int port,
    Security security,
    Optional<Login> login,
    String from,
    Map<String, String> more) {

  /** How the connection is protected. */
  public enum Security {
    STARTTLS,
    TLS,
    NONE
  }

  /** A login of the mail server's. */
  public record Login(String username, String password) {

    @Override
    public String toString() {
      return username;
    }
  }
}
