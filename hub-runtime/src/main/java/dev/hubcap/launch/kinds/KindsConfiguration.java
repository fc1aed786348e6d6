package dev.hubcap.launch.kinds;

import dev.hubcap.billing.HighWater;
import dev.hubcap.database.HubcapHome;
import dev.hubcap.inventory.VmInventory;
import dev.hubcap.launch.JobKind;
import dev.hubcap.vms.PurgeDisks;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.InstantSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.validation.annotation.Validated;

/** Every kind of job. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KindsConfiguration.BillingProperties.class)
class KindsConfiguration {

  /**
   * How billing works here.
   *
   * @param connections how many ranges of VMs are charged at once
   */
  @Validated
  @ConfigurationProperties("hubcap.billing")
  record BillingProperties(
      @DefaultValue("2")
          @Min(value = 1, message = "must be at least 1")
          @Max(value = 8, message = "must be at most 8")
          int connections) {}

  @Bean
  JobKind purgeDisksKind(InstantSource clock) {
    return new SimpleKind(
        "purge-disks", (infrastructure, name) -> new PurgeDisks(infrastructure, clock).job(name));
  }

  @Bean
  JobKind vmInventoryKind() {
    return new SimpleKind(
        "vm-inventory", (infrastructure, name) -> new VmInventory(infrastructure).job(name));
  }

  @Bean
  JobKind nightlyBillingKind(
      JdbcClient jdbc, HubcapHome home, BillingProperties properties, InstantSource clock) {
    return new NightlyBillingKind(
        jdbc, new HighWater(home.highWater()), properties.connections(), clock);
  }
}
