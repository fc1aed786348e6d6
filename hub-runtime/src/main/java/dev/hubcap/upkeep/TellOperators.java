package dev.hubcap.upkeep;

import dev.hubcap.launch.HubTerm;
import dev.hubcap.launch.TermPart;
import dev.hubcap.mail.OperatorNews;
import java.time.Duration;
import java.util.List;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes mails to the operators about what they have to know, while this hub leads. */
final class TellOperators implements TermPart {

  private static final Duration EVERY = Duration.ofSeconds(30);

  private final String domain;
  private final List<String> operators;

  TellOperators(String domain, List<String> operators) {
    this.domain = domain;
    this.operators = operators;
  }

  @Override
  public AutoCloseable begin(HubTerm term) {
    var news = new OperatorNews(term.infrastructure().jdbc(), domain, operators);
    var fenced = new TransactionTemplate(term.infrastructure().transactions());
    return Upkeep.begin("operator-news")
        .every(EVERY, "the operators could not be told", () -> fenced.execute(s -> news.tell()));
  }
}
