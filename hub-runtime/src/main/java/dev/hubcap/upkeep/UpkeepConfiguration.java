package dev.hubcap.upkeep;

import dev.hubcap.Btcpay;
import dev.hubcap.MailProperties;
import dev.hubcap.definitions.JobDefinitions;
import dev.hubcap.dunning.DunningSettings;
import dev.hubcap.launch.term.TermPart;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The upkeep of the queue, while this hub leads. */
@Configuration(proxyBeanMethods = false)
class UpkeepConfiguration {

  @Bean
  TermPart applyOperationRules(JobDefinitions definitions) {
    return new ApplyOperationRules(definitions);
  }

  @Bean
  TermPart tellOperators(MailProperties mail, JobDefinitions definitions) {
    return new TellOperators(mail.domain(), mail.operators(), definitions);
  }

  @Bean
  TermPart tellDeleted(DunningSettings dunning, MailProperties mail) {
    return new TellDeleted(dunning, mail.domain());
  }

  @Bean
  TermPart askAboutDelivered(Btcpay btcpay, InstantSource clock) {
    return new AskAboutDelivered(btcpay, clock);
  }

  @Bean
  TermPart forgetEmailFiles() {
    return new ForgetEmailFiles();
  }

  @Bean
  TermPart queueUpkeep() {
    return new QueueUpkeep(Duration.ofSeconds(5));
  }
}
