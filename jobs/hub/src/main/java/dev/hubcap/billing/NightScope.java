package dev.hubcap.billing;

import dev.hubcap.ledger.BillingDay;
import dev.hubcap.ledger.LedgerDays;
import dev.hubcap.ledger.VmRange;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.ExecutionContext;

/**
 * What a night covers. It is fixed by the first step and kept with the run, so that a restart goes
 * on with the same pieces.
 *
 * @param days to be closed, ascending; empty when the business date is closed already
 * @param ranges into how many ranges of VMs each day is cut
 */
record NightScope(List<BillingDay> days, int ranges) {

  private static final String DAYS = "days";
  private static final String RANGES = "ranges";

  static NightScope of(StepExecution step) {
    ExecutionContext job = step.getJobExecution().getExecutionContext();
    List<BillingDay> days =
        Stream.of(job.getString(DAYS).split(","))
            .filter(day -> !day.isEmpty())
            .map(BillingDay::parse)
            .toList();
    return new NightScope(days, job.getInt(RANGES));
  }

  void keep(StepExecution step) {
    ExecutionContext job = step.getJobExecution().getExecutionContext();
    job.putString(DAYS, days.stream().map(BillingDay::toString).collect(Collectors.joining(",")));
    job.putInt(RANGES, ranges);
  }

  List<VmRange> vmRanges() {
    return VmRange.split(ranges);
  }

  /** The days of the night that nobody has closed yet; days are closed in order. */
  List<BillingDay> open(LedgerDays ledger) {
    LocalDate closed = ledger.lastClosed().orElse(LocalDate.MIN);
    return days.stream().filter(day -> day.date().isAfter(closed)).toList();
  }
}
