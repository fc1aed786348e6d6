package dev.hubcap.launch.kinds;

import dev.hubcap.Btcpay;
import dev.hubcap.HubSettings;
import dev.hubcap.MailProperties;
import dev.hubcap.StartRefused;
import dev.hubcap.accounts.email.file.EmailFiles;
import dev.hubcap.backup.DatabaseBackup;
import dev.hubcap.billing.HighWater;
import dev.hubcap.btcpay.CreditAt;
import dev.hubcap.btcpay.greenfield.Greenfield;
import dev.hubcap.btcpay.job.AskingJob;
import dev.hubcap.btcpay.job.NotConfigured;
import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.database.HubcapHome;
import dev.hubcap.database.backup.BackupSettings;
import dev.hubcap.database.backup.Backups;
import dev.hubcap.dunning.Dun;
import dev.hubcap.dunning.DunningSettings;
import dev.hubcap.dunning.NoticeTemplates;
import dev.hubcap.inventory.VmInventory;
import dev.hubcap.launch.JobKind;
import dev.hubcap.ledger.Units;
import dev.hubcap.mail.MailServer;
import dev.hubcap.mail.SendMail;
import dev.hubcap.mail.SmtpServer;
import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.vms.PurgeDisks;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.validation.annotation.Validated;

/** Every kind of job. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  KindsConfiguration.BillingProperties.class,
  KindsConfiguration.DunningProperties.class,
  MailProperties.class
})
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

  /**
   * When customers are told, and what.
   *
   * @param zeroBelow dollars, below which a balance is used up
   * @param deleteBelow dollars, below which VMs are deleted
   * @param payUrl where a customer pays; {@code {{account}}} in it stands for the address
   * @param templates a folder with texts in place of those that ship; need not exist
   */
  @Validated
  @ConfigurationProperties("hubcap.dunning")
  record DunningProperties(
      @DefaultValue("0.00") BigDecimal zeroBelow,
      @DefaultValue("-10.00") BigDecimal deleteBelow,
      @DefaultValue("") String payUrl,
      @DefaultValue("/etc/hubcap/notices.d") Path templates) {}

  @Bean
  DunningSettings dunningSettings(DunningProperties properties) {
    try {
      return new DunningSettings(
          Units.ofDollars(properties.zeroBelow()),
          Units.ofDollars(properties.deleteBelow()),
          NoticeTemplates.load(Optional.of(properties.templates()), properties.payUrl()));
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      throw new StartRefused(String.valueOf(wrong.getMessage()));
    }
  }

  @Bean
  JobKind btcpayReconciliationKind(Btcpay btcpay, InstantSource clock) {
    return asking("btcpay-reconciliation", AskingJob::aboutDue, btcpay, clock);
  }

  @Bean
  JobKind btcpaySweepKind(Btcpay btcpay, InstantSource clock) {
    return asking("btcpay-sweep", AskingJob::aboutAll, btcpay, clock);
  }

  /** Makes a job that asks about invoices. */
  private interface Asking {
    AskingJob of(
        BatchInfrastructure infrastructure,
        Greenfield client,
        CreditAt creditAt,
        InstantSource clock);
  }

  private static JobKind asking(String kind, Asking asking, Btcpay btcpay, InstantSource clock) {
    return new SimpleKind(
        kind,
        (infrastructure, name) ->
            btcpay
                .client()
                .map(
                    client -> asking.of(infrastructure, client, btcpay.creditAt(), clock).job(name))
                .orElseGet(() -> NotConfigured.job(infrastructure, name)));
  }

  @Bean
  BackupSettings backupSettings(Environment environment, HubcapHome home) {
    return BackupSettings.of(HubSettings.backup(environment), home);
  }

  @Bean
  Backups backups(DatabaseLogin login, BackupSettings settings, InstantSource clock) {
    return new Backups(login, settings, clock);
  }

  @Bean
  JobKind schemaUpgradeKind(DatabaseLogin login, Backups backups) {
    return new SchemaUpgradeKind(login, backups);
  }

  @Bean
  JobKind databaseBackupKind(Backups backups, InstantSource clock) {
    return new SimpleKind(
        "database-backup",
        (infrastructure, name) -> new DatabaseBackup(infrastructure, backups, clock).job(name));
  }

  @Bean
  JobKind bulkEmailChangeKind(JdbcClient jdbc, MailProperties mail, InstantSource clock) {
    return new BulkEmailChangeKind(new EmailFiles(jdbc), mail.domain(), clock);
  }

  @Bean
  JobKind purgeDisksKind(InstantSource clock) {
    return new SimpleKind(
        "purge-disks", (infrastructure, name) -> new PurgeDisks(infrastructure, clock).job(name));
  }

  @Bean
  JobKind sendMailKind(MailProperties mail, InstantSource clock) {
    Optional<MailServer> server = mail.smtp().map(SmtpServer::new);
    return new SimpleKind(
        "send-mail",
        (infrastructure, name) ->
            new SendMail(infrastructure, mail.domain(), server, mail.dailyLimit(), clock)
                .job(name));
  }

  @Bean
  JobKind teardownOverdueKind(DunningSettings dunning, Btcpay btcpay, InstantSource clock) {
    return new TeardownOverdueKind(dunning, btcpay.client().isPresent(), clock);
  }

  @Bean
  JobKind vmInventoryKind() {
    return new SimpleKind(
        "vm-inventory", (infrastructure, name) -> new VmInventory(infrastructure).job(name));
  }

  @Bean
  JobKind nightlyBillingKind(
      JdbcClient jdbc,
      HubcapHome home,
      BillingProperties properties,
      DunningSettings dunning,
      MailProperties mail,
      InstantSource clock) {
    return new NightlyBillingKind(
        jdbc,
        new HighWater(home.highWater()),
        properties.connections(),
        clock,
        infrastructure -> new Dun(infrastructure, dunning, mail.domain(), clock));
  }
}
