package dev.hubcap.cli.follow;

import dev.hubcap.cli.client.Exit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What Ctrl-C does while a run is followed: it says that the run goes on, at most once, and ends
 * the process with {@link Exit#WAITED} in place of the signal's own code, since for a script it is
 * the same as a {@code --wait-timeout} that is over.
 */
final class DetachNotice implements AutoCloseable {

  private final AtomicBoolean said = new AtomicBoolean();
  private final Thread hook;
  private final Runnable notice;

  DetachNotice(Runnable notice) {
    this.notice = notice;
    this.hook = new Thread(this::leave, "detach");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  void say() {
    if (said.compareAndSet(false, true)) {
      notice.run();
    }
  }

  private void leave() {
    say();
    Runtime.getRuntime().halt(Exit.WAITED);
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
