package dev.hubcap.schedule;

/** The passes of one term, made one at a time; closing waits for the one being made. */
final class Passes implements Runnable, AutoCloseable {

  private final Runnable pass;
  private boolean closed;

  Passes(Runnable pass) {
    this.pass = pass;
  }

  /** Makes a pass, or none after the end. */
  @Override
  public synchronized void run() {
    if (!closed) {
      pass.run();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
