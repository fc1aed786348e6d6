package dev.hubcap.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PassesTest {

  private final AtomicInteger made = new AtomicInteger();

  @Test
  void after_the_end_none_is_made() {
    var passes = new Passes(made::incrementAndGet);
    passes.run();

    passes.close();
    passes.run();

    assertThat(made).hasValue(1);
  }

  @Test
  void closing_waits_for_the_pass_that_is_being_made() throws Exception {
    var begun = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    var passes =
        new Passes(
            () -> {
              begun.countDown();
              await().until(() -> mayEnd.getCount() == 0);
              made.incrementAndGet();
            });
    Thread.ofPlatform().start(passes);
    begun.await();
    Thread closing = Thread.ofPlatform().start(passes::close);
    await().until(() -> closing.getState() == Thread.State.BLOCKED);

    mayEnd.countDown();
    closing.join();

    assertThat(made).hasValue(1);
  }
}
