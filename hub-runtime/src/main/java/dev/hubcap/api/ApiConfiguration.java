package dev.hubcap.api;

import dev.hubcap.api.access.AccessConfiguration;
import dev.hubcap.api.access.EndpointRule;
import dev.hubcap.api.access.QueryRule;
import dev.hubcap.api.access.TokenHolder;
import dev.hubcap.api.access.TokenLookup;
import dev.hubcap.api.btcpay.BtcpayController;
import dev.hubcap.api.btcpay.BtcpayWebhook;
import dev.hubcap.api.btcpay.PaymentRequestsController;
import dev.hubcap.api.change.Changes;
import dev.hubcap.api.email.EmailChangesController;
import dev.hubcap.api.email.EmailFilesController;
import dev.hubcap.api.jobs.Freezes;
import dev.hubcap.api.jobs.FreezesController;
import dev.hubcap.api.jobs.JobsController;
import dev.hubcap.api.once.IdempotencyKeys;
import dev.hubcap.api.problem.ProblemResponses;
import dev.hubcap.api.problem.ServerProblems;
import dev.hubcap.api.problem.UnexpectedErrors;
import dev.hubcap.api.runs.ExpectedRunsController;
import dev.hubcap.api.runs.PlansController;
import dev.hubcap.api.runs.RunActionsController;
import dev.hubcap.api.runs.RunEventsController;
import dev.hubcap.api.runs.RunsController;
import dev.hubcap.api.standing.HubStanding;
import dev.hubcap.api.vms.HostsController;
import dev.hubcap.api.vms.OperationsController;
import dev.hubcap.api.vms.VmsController;
import dev.hubcap.billing.Balances;
import dev.hubcap.database.AccessToken;
import dev.hubcap.database.AccessTokens;
import dev.hubcap.launch.Actor;
import dev.hubcap.launch.Role;
import dev.hubcap.schedule.MissedRuns;
import dev.hubcap.vms.CreateVm;
import dev.hubcap.vms.DeleteVm;
import dev.hubcap.vms.PowerVm;
import dev.hubcap.vms.RestoreVm;
import java.time.InstantSource;
import java.util.Locale;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.PropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The HTTP interface. It needs these beans: the {@link DataSource} of the hub (connections that
 * work as {@code hubcap_hub}), {@link dev.hubcap.launch.JobCatalogue}, {@link
 * dev.hubcap.launch.LaunchRun}, {@link dev.hubcap.launch.RunControl}, {@link
 * dev.hubcap.launch.view.Runs}, {@link dev.hubcap.Btcpay}, {@link AccessTokens}, {@link
 * HubStanding}, and an {@link InstantSource}.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RunEventsController.Pace.class)
@PropertySource("classpath:dev/hubcap/api/api.properties")
@Import({
  AccessConfiguration.class,
  AccountActionsController.class,
  AccountsController.class,
  ApiDocument.class,
  AuditController.class,
  BtcpayController.class,
  BtcpayWebhook.class,
  EmailChangesController.class,
  EmailFilesController.class,
  ExpectedRunsController.class,
  FreezesController.class,
  HostsController.class,
  HubController.class,
  JobsController.class,
  MailsController.class,
  OperationsController.class,
  PaymentRequestsController.class,
  PaymentsController.class,
  PlansController.class,
  ProblemResponses.class,
  RunActionsController.class,
  RunEventsController.class,
  RunsController.class,
  TokensController.class,
  UnexpectedErrors.class,
  VmsController.class
})
public class ApiConfiguration {

  @Bean
  TokenLookup tokenLookup(AccessTokens tokens) {
    return secret -> tokens.find(secret).map(ApiConfiguration::holder);
  }

  private static TokenHolder holder(AccessToken token) {
    var role = Role.valueOf(token.role().toUpperCase(Locale.ROOT));
    return new TokenHolder(token.id(), new Actor(token.name(), role));
  }

  @Bean
  IdempotencyKeys idempotencyKeys(JdbcClient jdbc) {
    return new IdempotencyKeys(jdbc);
  }

  @Bean
  Changes changes(JdbcClient jdbc, DataSource dataSource, JsonMapper json) {
    return new Changes(jdbc, new TransactionTemplate(new JdbcTransactionManager(dataSource)), json);
  }

  @Bean
  MissedRuns missedRuns(DataSource dataSource, InstantSource clock) {
    return new MissedRuns(dataSource, new JdbcTransactionManager(dataSource), clock);
  }

  @Bean
  Balances balances(JdbcClient jdbc) {
    return new Balances(jdbc);
  }

  @Bean
  VmsController.VmActions vmActions(JdbcClient jdbc, Balances balances, InstantSource clock) {
    return new VmsController.VmActions(
        new CreateVm(jdbc, balances, clock),
        new DeleteVm(jdbc),
        new PowerVm(jdbc),
        new RestoreVm(jdbc, balances, clock));
  }

  @Bean
  Freezes freezes(JdbcClient jdbc, Changes changes) {
    return new Freezes(jdbc, changes);
  }

  /** A typo in a request is an error, not an omission. */
  @Bean
  JsonMapperBuilderCustomizer strictJson() {
    return builder ->
        builder
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS);
  }

  @Bean
  WebMvcConfigurer endpointRules(HubStanding standing) {
    return new WebMvcConfigurer() {
      @Override
      public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new EndpointRule(standing)).addPathPatterns("/api/**");
        registry.addInterceptor(new QueryRule()).addPathPatterns("/api/**");
      }
    };
  }

  /** Also what Tomcat refuses by itself, such as a path that it cannot read, is a problem. */
  @Bean
  WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> serverProblems(JsonMapper json) {
    return factory ->
        factory.addContextCustomizers(
            context -> context.getParent().getPipeline().addValve(new ServerProblems(json)));
  }
}
