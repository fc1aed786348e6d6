package dev.hubcap.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hubcap.run.RunFailed;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InOrderTest {

  private final Queue<Integer> begun = new ConcurrentLinkedQueue<>();
  private final Queue<Integer> handedOver = new ConcurrentLinkedQueue<>();
  private final CountDownLatch firstMayEnd = new CountDownLatch(1);

  private List<Callable<Integer>> pieces(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(nth -> (Callable<Integer>) () -> piece(nth))
        .toList();
  }

  private int piece(int nth) throws InterruptedException {
    begun.add(nth);
    if (nth == 1) {
      firstMayEnd.await();
    }
    return nth;
  }

  @Test
  void others_go_on_while_one_takes_long_but_few_results_wait_and_all_come_in_order()
      throws InterruptedException {
    Thread caller = Thread.ofVirtual().start(() -> InOrder.forEach(pieces(9), 2, handedOver::add));

    await().until(() -> begun.size() == 4 && caller.getState() == Thread.State.WAITING);
    assertThat(handedOver).isEmpty();

    firstMayEnd.countDown();
    caller.join();
    assertThat(handedOver).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void what_a_piece_throws_ends_the_others() {
    List<Callable<Integer>> pieces =
        List.of(
            () -> {
              throw new RunFailed("No.");
            },
            () -> piece(1));

    assertThatThrownBy(() -> InOrder.forEach(pieces, 2, handedOver::add)).hasMessage("No.");
    assertThat(handedOver).isEmpty();
  }
}
