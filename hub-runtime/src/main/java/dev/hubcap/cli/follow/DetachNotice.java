package dev.hubcap.cli.follow;

import java.util.concurrent.atomic.AtomicBoolean;

/** What Ctrl-C says while a run is followed: the run goes on. Says it at most once. */
final class DetachNotice implements AutoCloseable {

  private final AtomicBoolean said = new AtomicBoolean();
  private final Thread hook;
  private final Runnable notice;

  DetachNotice(Runnable notice) {
    this.notice = notice;
    this.hook = new Thread(this::say, "detach");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  void say() {
    if (said.compareAndSet(false, true)) {
      notice.run();
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This is the exit, and the notice is being given.
    }
  }
}
