package dev.hubcap.ledger;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Does pieces of work side by side and hands their results over in order, keeping few in memory.
 */
public final class InOrder {

  private InOrder() {}

  /**
   * Does all pieces and gives each result to {@code next}, in the order of the pieces.
   *
   * @param width how many pieces are under way at once, at least 1; twice as many are taken on, so
   *     that the other threads have something to do while a dear piece holds up the handing over
   * @throws RuntimeException what a piece threw; the others are interrupted and have ended when
   *     this returns
   */
  public static <T> void forEach(List<Callable<T>> pieces, int width, Consumer<T> next) {
    try (var threads = Executors.newFixedThreadPool(width, Thread.ofVirtual().factory())) {
      var underWay = new ArrayDeque<Future<T>>();
      try {
        for (Callable<T> piece : pieces) {
          if (underWay.size() == 2 * width) {
            next.accept(underWay.remove().get());
          }
          underWay.add(threads.submit(piece));
        }
        while (!underWay.isEmpty()) {
          next.accept(underWay.remove().get());
        }
      } catch (ExecutionException failed) {
        threads.shutdownNow();
        throw failed.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(failed.getCause());
      } catch (InterruptedException interrupted) {
        threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw new IllegalStateException(
            "interrupted while waiting for a piece of work", interrupted);
      } catch (RuntimeException failed) {
        threads.shutdownNow();
        throw failed;
      }
    }
  }
}
