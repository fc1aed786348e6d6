package dev.hubcap.upkeep;

import dev.hubcap.dunning.DeletedNotices;
import dev.hubcap.dunning.DunningSettings;
import dev.hubcap.launch.term.HubTerm;
import dev.hubcap.launch.term.TermPart;
import java.time.Duration;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes to customers whose VMs were deleted, while this hub leads. */
final class TellDeleted implements TermPart {

  private static final Duration EVERY = Duration.ofMinutes(1);

  private final DunningSettings settings;
  private final String mailDomain;

  TellDeleted(DunningSettings settings, String mailDomain) {
    this.settings = settings;
    this.mailDomain = mailDomain;
  }

  @Override
  public AutoCloseable begin(HubTerm term) {
    var notices = new DeletedNotices(term.infrastructure().jdbc(), settings, mailDomain);
    var fenced = new TransactionTemplate(term.infrastructure().transactions());
    return Upkeep.begin("deleted-notices")
        .every(
            EVERY,
            "customers could not be told that their VMs were deleted",
            () -> fenced.execute(status -> notices.raise()));
  }
}
