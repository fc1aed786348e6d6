package dev.hubcap.upkeep;

import dev.hubcap.accounts.email.ChangedLines;
import dev.hubcap.accounts.email.file.EmailFiles;
import dev.hubcap.launch.term.HubTerm;
import dev.hubcap.launch.term.TermPart;
import java.time.Duration;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Forgets uploaded files of e-mail changes, and much later what runs made of their lines: both hold
 * addresses that customers gave up.
 */
final class ForgetEmailFiles implements TermPart {

  private static final Duration EVERY = Duration.ofHours(1);
  private static final Duration FILES = Duration.ofDays(30);
  private static final Duration LINES = Duration.ofDays(400);

  @Override
  public AutoCloseable begin(HubTerm term) {
    var files = new EmailFiles(term.infrastructure().jdbc());
    var lines = new ChangedLines(term.infrastructure().jdbc());
    var fenced = new TransactionTemplate(term.infrastructure().transactions());
    return Upkeep.begin("forget-email-files")
        .every(
            EVERY,
            "old files of e-mail changes could not be forgotten",
            () -> fenced.execute(status -> files.forget(FILES) + lines.forget(LINES)));
  }
}
