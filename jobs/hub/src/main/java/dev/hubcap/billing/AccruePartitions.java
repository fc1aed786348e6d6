package dev.hubcap.billing;

import dev.hubcap.ledger.BillingDay;
import dev.hubcap.ledger.LedgerDays;
import dev.hubcap.ledger.VmRange;
import dev.hubcap.run.RunParameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.batch.core.partition.Partitioner;
import org.springframework.batch.core.partition.StepExecutionSplitter;
import org.springframework.batch.core.partition.support.SimpleStepExecutionSplitter;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Cuts the accrual of a night into step executions, one for each open day and range of VMs. Their
 * names say both, so that a restart finds the pieces that are done.
 */
final class AccruePartitions {

  private static final String DAY = "day";
  private static final String FROM = "from";
  private static final String TO = "to";

  private AccruePartitions() {}

  static StepExecutionSplitter splitter(String step, JobRepository repository, JdbcClient jdbc) {
    return new StepExecutionSplitter() {
      @Override
      public String getStepName() {
        return step;
      }

      @Override
      public Set<StepExecution> split(StepExecution manager, int gridSize)
          throws JobExecutionException {
        return new SimpleStepExecutionSplitter(repository, step, pieces(manager, jdbc))
            .split(manager, gridSize);
      }
    };
  }

  private static Partitioner pieces(StepExecution manager, JdbcClient jdbc) {
    NightScope scope = NightScope.of(manager);
    List<BillingDay> open =
        RunParameters.of(manager.getJobParameters()).plan()
            ? List.of()
            : scope.open(new LedgerDays(jdbc));
    return gridSize -> {
      Map<String, ExecutionContext> pieces = new LinkedHashMap<>();
      for (BillingDay day : open) {
        int number = 0;
        for (VmRange range : scope.vmRanges()) {
          var piece = new ExecutionContext();
          piece.putString(DAY, day.toString());
          piece.putString(FROM, range.from());
          piece.putString(TO, range.to());
          pieces.put("%s %04d".formatted(day.date(), ++number), piece);
        }
      }
      return pieces;
    };
  }

  static BillingDay day(StepExecution piece) {
    return BillingDay.parse(piece.getExecutionContext().getString(DAY));
  }

  static VmRange range(StepExecution piece) {
    return new VmRange(
        piece.getExecutionContext().getString(FROM), piece.getExecutionContext().getString(TO));
  }
}
