package dev.hubcap.upkeep;

import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.definitions.JobDefinitions;
import dev.hubcap.launch.term.HubTerm;
import dev.hubcap.launch.term.TermPart;
import dev.hubcap.mail.OperatorNews;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes mails to the operators about what they have to know, while this hub leads. */
final class TellOperators implements TermPart {

  private static final Duration EVERY = Duration.ofSeconds(30);

  private final String domain;
  private final List<String> operators;
  private final JobDefinitions definitions;

  TellOperators(String domain, List<String> operators, JobDefinitions definitions) {
    this.domain = domain;
    this.operators = operators;
    this.definitions = definitions;
  }

  @Override
  public AutoCloseable begin(HubTerm term) {
    var deadMen = new HashMap<String, Duration>();
    for (JobDefinition job : definitions.all()) {
      job.deadMan().ifPresent(allowed -> deadMen.put(job.name(), allowed));
    }
    var news = new OperatorNews(term.infrastructure().jdbc(), domain, operators, deadMen);
    var fenced = new TransactionTemplate(term.infrastructure().transactions());
    return Upkeep.begin("operator-news")
        .every(EVERY, "the operators could not be told", () -> fenced.execute(s -> news.tell()));
  }
}
