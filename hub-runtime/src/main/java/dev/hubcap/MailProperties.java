package dev.hubcap;

import dev.hubcap.mail.SmtpSettings;
import dev.hubcap.mail.SmtpSettings.Security;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How this hub sends mail.
 *
 * @param host the mail server; without one, mails stay in the outbox
 * @param username null if the server wants no login
 * @param passwordFile a file with the password in its only line
 * @param from the sender of every mail
 * @param operators who is told of what needs a person
 * @param dailyLimit how many mails the server may be given in a UTC day
 * @param properties of Jakarta Mail, for what is not named here
 */
@Validated
@ConfigurationProperties("hubcap.mail")
public record MailProperties(
    @Nullable String host,
    @DefaultValue("587")
        @Min(value = 1, message = "must be at least 1")
        @Max(value = 65535, message = "must be at most 65535")
        int port,
    @DefaultValue("starttls") Security security,
    @Nullable String username,
    @Nullable String password,
    @Nullable Path passwordFile,
    @Nullable @Email(message = "must be an address like hubcap@example.org") String from,
    @DefaultValue List<@Email(message = "must be addresses like ops@example.org") String> operators,
    @DefaultValue("10000") @Min(value = 1, message = "must be at least 1") int dailyLimit,
    @DefaultValue Map<String, String> properties) {

  private static final String NO_DOMAIN = "hubcap.localhost";

  /** The domain of the Message-IDs. */
  public String domain() {
    return from == null ? NO_DOMAIN : from.substring(from.indexOf('@') + 1);
  }

  /**
   * The mail server, if one is configured.
   *
   * @throws StartRefused if something is missing that it needs
   */
  public Optional<SmtpSettings> smtp() {
    if (host == null) {
      return Optional.empty();
    }
    if (from == null) {
      throw new StartRefused(
          "hubcap.mail.host is set but hubcap.mail.from is not; for example"
              + " hubcap.mail.from=hubcap@example.org");
    }
    return Optional.of(
        new SmtpSettings(
            host,
            port,
            security,
            Optional.ofNullable(username).map(name -> new SmtpSettings.Login(name, secret(name))),
            from,
            properties));
  }

  private String secret(String name) {
    return SecretProperty.read("hubcap.mail.password", password, passwordFile)
        .orElseThrow(
            () ->
                new StartRefused(
                    "hubcap.mail.username is '%s' but there is no hubcap.mail.password-file"
                        .formatted(name)));
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "%s:%d as %s".formatted(host, port, username);
  }
}
