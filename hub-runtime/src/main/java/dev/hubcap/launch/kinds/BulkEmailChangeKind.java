package dev.hubcap.launch.kinds;

import dev.hubcap.accounts.email.BulkEmailChange;
import dev.hubcap.accounts.email.file.EmailFiles;
import dev.hubcap.definitions.JobDefinition;
import dev.hubcap.launch.JobKind;
import dev.hubcap.run.BatchInfrastructure;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.springframework.batch.core.job.Job;

/**
 * Changes of e-mail addresses; each run works through an upload.
 *
 * @param mailDomain of the Message-IDs
 */
record BulkEmailChangeKind(EmailFiles files, String mailDomain, InstantSource clock)
    implements JobKind {

  @Override
  public String name() {
    return "bulk-email-change";
  }

  @Override
  public Optional<String> refusal(Optional<LocalDate> businessDate, Optional<String> reason) {
    return Optional.empty();
  }

  @Override
  public Optional<String> refusal(Map<String, String> parameters) {
    String file = parameters.get("file");
    if (file == null) {
      return Optional.of(
          "bulk-email-change needs the file with the addresses; hubcap accounts change-emails"
              + " FILE.csv uploads one and starts it");
    }
    return file.length() <= 18 && files.find(Long.parseLong(file)).isPresent()
        ? Optional.empty()
        : Optional.of(
            "there is no file %s; it was never complete or is forgotten, upload it again"
                .formatted(file));
  }

  @Override
  public Job job(JobDefinition definition, BatchInfrastructure infrastructure) {
    return new BulkEmailChange(infrastructure, mailDomain, clock).job(definition.name());
  }
}
