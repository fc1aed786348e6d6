package dev.hubcap.spoke;

import dev.hubcap.queue.Outcome;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/** What a spoke counts, for Prometheus. */
final class SpokeMetrics {

  private final MeterRegistry registry;

  SpokeMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void watch(IntSupplier running, BooleanSupplier well, IntSupplier calls) {
    Gauge.builder("hubcap.spoke.operations.running", running::getAsInt)
        .description("Operations under way")
        .register(registry);
    Gauge.builder("hubcap.spoke.up", () -> well.getAsBoolean() ? 1 : 0)
        .description("1 while the spoke has a session and claims")
        .register(registry);
    FunctionCounter.builder("hubcap.spoke.queue.calls", calls, IntSupplier::getAsInt)
        .description("How often the queue was asked")
        .register(registry);
  }

  void claimed(int operations) {
    registry.counter("hubcap.spoke.operations.claimed").increment(operations);
  }

  void settled(String outcome, int operations) {
    registry.counter("hubcap.spoke.operations.settled", "outcome", outcome).increment(operations);
  }

  void sessionLost() {
    registry.counter("hubcap.spoke.sessions.lost").increment();
  }

  static String name(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Succeeded _ -> "succeeded";
      case Outcome.Failed _ -> "failed";
      case Outcome.Returned _ -> "returned";
      case Outcome.Cancelled _ -> "cancelled";
    };
  }
}
