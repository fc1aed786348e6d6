package dev.hubcap.power;

import dev.hubcap.handler.Handler;
import dev.hubcap.handler.Order;
import dev.hubcap.handler.Patience;
import dev.hubcap.handler.Progress;

/** Stops a VM and starts it again. */
public final class Restart implements Handler {

  private final Stop stop;
  private final Start start;

  public Restart(Shutdown shutdown, Patience boot) {
    this.stop = new Stop(shutdown);
    this.start = new Start(shutdown.hypervisor(), boot);
  }

  @Override
  public String handle(Order order, Progress progress) {
    stop.handle(order, progress);
    return start.handle(order, progress);
  }
}
