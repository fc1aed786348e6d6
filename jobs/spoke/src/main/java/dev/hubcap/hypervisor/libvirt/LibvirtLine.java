package dev.hubcap.hypervisor.libvirt;

import dev.hubcap.handler.OperationFailed;
import dev.hubcap.queue.FailureKind;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.libvirt.Connect;
import org.libvirt.ErrorCallback;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to libvirt, made anew after it broke. All calls are made on a few platform
 * threads: libvirt keeps its last error for each native thread, and a virtual thread may change its
 * own between a call and the question what went wrong.
 */
final class LibvirtLine implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LibvirtLine.class);
  private static final int THREADS = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Without one, libvirt writes every error to standard error as well. Native code keeps it. */
  private static final ErrorCallback SILENT = new ErrorCallback();

  private final String uri;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS, Thread.ofPlatform().name("libvirt-", 0).daemon().factory());
  private @Nullable Connect connection;

  LibvirtLine(String uri) {
    this.uri = uri;
  }

  /** Something to ask of libvirt; frees the handles that it gets. */
  interface Call<T> {
    T of(Connect libvirt) throws LibvirtException;
  }

  /**
   * Asks it.
   *
   * @param what to be read behind "could not"
   * @throws OperationFailed if libvirt refuses, cannot be reached, or gives no answer
   */
  <T> T call(String what, Call<T> call) {
    Future<T> answer = threads.submit(() -> answer(what, call));
    try {
      return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof OperationFailed refused) {
        throw refused;
      }
      throw new IllegalStateException("could not " + what, failed.getCause());
    } catch (TimeoutException silent) {
      throw new OperationFailed(
          FailureKind.TRANSIENT,
          "could not %s: libvirt gave no answer for %d minutes"
              .formatted(what, PATIENCE.toMinutes()),
          silent);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new OperationFailed(FailureKind.TRANSIENT, "it was interrupted", interrupted);
    }
  }

  private <T> T answer(String what, Call<T> call) {
    Connect libvirt = connected();
    try {
      return call.of(libvirt);
    } catch (LibvirtException refused) {
      OperationFailed failure = LibvirtFailure.of(what, refused);
      hangUpIfDead();
      throw failure;
    }
  }

  private synchronized Connect connected() {
    Connect open = connection;
    if (open == null) {
      try {
        Connect.setErrorCallback(SILENT);
        open = new Connect(uri);
      } catch (LibvirtException refused) {
        throw new OperationFailed(
            FailureKind.TRANSIENT,
            "libvirt cannot be reached at %s: %s".formatted(uri, refused.getMessage()),
            refused);
      } catch (LinkageError missing) {
        throw new OperationFailed(
            FailureKind.INTERNAL,
            "libvirt's library is not installed on this host; on Debian it is the package libvirt0",
            missing);
      }
      connection = open;
      LOG.atInfo().addKeyValue("uri", uri).log("connected to libvirt");
    }
    return open;
  }

  /**
   * Forgets a connection that broke. It is left to the garbage collector to close: another thread
   * may be about to use it.
   */
  private synchronized void hangUpIfDead() {
    Connect open = connection;
    try {
      if (open != null && !open.isAlive()) {
        connection = null;
        LOG.atWarn().addKeyValue("uri", uri).log("the connection to libvirt broke");
      }
    } catch (LibvirtException dead) {
      connection = null;
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    try {
      // What waits for an answer that never comes does not keep a spoke from ending.
      if (threads.awaitTermination(10, TimeUnit.SECONDS)) {
        hangUp();
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void hangUp() {
    Connect open = connection;
    connection = null;
    try {
      if (open != null) {
        open.close();
      }
    } catch (LibvirtException gone) {
      LOG.atDebug().setCause(gone).log("the connection was gone already");
    }
  }
}
