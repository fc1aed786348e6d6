package dev.hubcap.ownspoke;

import dev.hubcap.HubProperties;
import dev.hubcap.database.DatabaseAccess;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.HubcapHome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** {@code hub --spoke}. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("hubcap.hub.spoke")
class OwnSpokeConfiguration {

  @Bean(destroyMethod = "close")
  OwnSpoke ownSpoke(
      HubProperties properties,
      DatabaseAccess access,
      DatabaseLogin login,
      JdbcClient jdbc,
      HubcapHome home) {
    return OwnSpoke.start(
        properties.spokeFile(), access.isEmbedded(), new OwnLogin(login, jdbc), home);
  }
}
