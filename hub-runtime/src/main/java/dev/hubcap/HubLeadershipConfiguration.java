package dev.hubcap;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.leadership.Leadership;
import dev.hubcap.leadership.LeadershipHealth;
import dev.hubcap.leadership.LeadershipLease;
import dev.hubcap.leadership.LeaseTimes;
import dev.hubcap.leadership.Term;
import dev.hubcap.leadership.TermDuty;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Lets this hub stand for the leadership from its start to its end. */
@Configuration(proxyBeanMethods = false)
class HubLeadershipConfiguration {

  private static final int SECONDS_TO_CONNECT = 2;

  @Bean
  Leadership leadership(
      DatabaseLogin login, HubProperties properties, Environment environment, TermDuty duty)
      throws SQLException {
    DataSource connections = login.dataSource("hubcap-lease");
    connections.setLoginTimeout(SECONDS_TO_CONNECT);
    var times = LeaseTimes.USUAL;
    return new Leadership(
        new LeadershipLease(connections, name(properties, environment), times.lease()),
        times,
        epoch -> Term.begin(epoch, login::dataSource, properties.runConnections()),
        duty,
        System::nanoTime);
  }

  private static String name(HubProperties properties, Environment environment) {
    String name = properties.name();
    if (name != null) {
      return name;
    }
    String port = environment.getProperty("server.port", "8460");
    try {
      return InetAddress.getLocalHost().getHostName() + ":" + port;
    } catch (UnknownHostException unnamed) {
      return "localhost:" + port;
    }
  }

  @Bean
  HealthIndicator leadershipHealthIndicator(Leadership leadership) {
    return new LeadershipHealth(leadership);
  }

  /** Before the web server starts and after it has stopped. */
  @Bean
  SmartLifecycle leadershipLifecycle(Leadership leadership, HubProperties properties) {
    return new SmartLifecycle() {
      private volatile boolean running;

      @Override
      public void start() {
        running = true;
        if (properties.exclusive()) {
          leadership.startAlone();
        } else {
          leadership.start();
        }
      }

      @Override
      public void stop() {
        running = false;
        leadership.close();
      }

      @Override
      public boolean isRunning() {
        return running;
      }

      @Override
      public int getPhase() {
        return 0;
      }
    };
  }
}
