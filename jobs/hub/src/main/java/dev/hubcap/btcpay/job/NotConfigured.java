package dev.hubcap.btcpay.job;

import dev.hubcap.run.BatchInfrastructure;
import dev.hubcap.run.RunSkipped;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/** What the jobs of this package are where no BTCPay is configured: skipped, and saying so. */
public final class NotConfigured {

  private NotConfigured() {}

  /** The job under the name of its definition. */
  public static Job job(BatchInfrastructure infrastructure, String name) {
    return new JobBuilder(name, infrastructure.repository())
        .start(
            new StepBuilder("ask", infrastructure.repository())
                .tasklet(
                    (contribution, context) -> {
                      contribution.setExitStatus(
                          RunSkipped.because("No BTCPay is configured (hubcap.btcpay.url)."));
                      return RepeatStatus.FINISHED;
                    },
                    infrastructure.transactions())
                .build())
        .build();
  }
}
