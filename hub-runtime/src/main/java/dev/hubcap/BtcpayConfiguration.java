package dev.hubcap;

import dev.hubcap.btcpay.CreditAt;
import dev.hubcap.btcpay.greenfield.Greenfield;
import dev.hubcap.btcpay.greenfield.GreenfieldServer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The BTCPay that customers pay through, if there is one. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BtcpayConfiguration.BtcpayProperties.class)
class BtcpayConfiguration {

  private static final String PREFIX = "hubcap.btcpay";

  /**
   * Where it is, and what lets us in.
   *
   * @param url without it, there is none
   * @param storeId the store's id
   * @param apiKey may view the store's invoices and create them
   * @param webhookSecret what it signs its deliveries with; without it, none is accepted
   * @param creditAt from when on money counts
   */
  @ConfigurationProperties(PREFIX)
  record BtcpayProperties(
      @Nullable String url,
      @Nullable String storeId,
      @Nullable String apiKey,
      @Nullable Path apiKeyFile,
      @Nullable String webhookSecret,
      @Nullable Path webhookSecretFile,
      @DefaultValue("settled") CreditAt creditAt) {

    /** Without the secrets. */
    @Override
    public String toString() {
      return "store %s at %s".formatted(storeId, url);
    }
  }

  @Bean
  Btcpay btcpay(BtcpayProperties properties, InstantSource clock) {
    return new Btcpay(
        server(properties).map(server -> new Greenfield(server, clock)),
        properties.creditAt(),
        SecretProperty.read(
            PREFIX + ".webhook-secret",
            properties.webhookSecret(),
            properties.webhookSecretFile()));
  }

  private static Optional<GreenfieldServer> server(BtcpayProperties properties) {
    String url = properties.url();
    if (url == null || url.isBlank()) {
      return Optional.empty();
    }
    String store =
        needed("store-id", "the id of a store", Optional.ofNullable(properties.storeId()));
    String key =
        needed(
            "api-key-file",
            "a file with a key that may view the store's invoices and create them",
            SecretProperty.read(PREFIX + ".api-key", properties.apiKey(), properties.apiKeyFile()));
    try {
      return Optional.of(new GreenfieldServer(new URI(url.strip()), store, key));
    } catch (URISyntaxException unreadable) {
      throw new StartRefused(
          PREFIX + ".url is no URL; one like https://btcpay.example.org is possible");
    } catch (IllegalArgumentException wrong) {
      throw new StartRefused(
          "%s is not right: %s".formatted(PREFIX, String.valueOf(wrong.getMessage())));
    }
  }

  private static String needed(String name, String what, Optional<String> value) {
    return value
        .filter(text -> !text.isBlank())
        .orElseThrow(
            () ->
                new StartRefused(
                    "%s.url is set but %s.%s is not; it is %s"
                        .formatted(PREFIX, PREFIX, name, what)));
  }
}
