package dev.hubcap.hypervisor;

import dev.hubcap.handler.OperationFailed;
import dev.hubcap.handler.Order;
import dev.hubcap.queue.FailureKind;

/** Orders that need nothing but a VM. */
public final class VmOrder {

  private VmOrder() {}

  /**
   * The id of the VM that an order names.
   *
   * @throws OperationFailed as USER if it names none, or what is no id
   */
  public static String vm(Order order) {
    try {
      return VmSpec.checkId(order.vm().orElse(""));
    } catch (IllegalArgumentException wrong) {
      throw new OperationFailed(FailureKind.USER, String.valueOf(wrong.getMessage()), wrong);
    }
  }
}
