package dev.hubcap.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.handler.OperationFailed;
import dev.hubcap.hypervisor.Hypervisor.DiskState;
import dev.hubcap.hypervisor.Hypervisor.Found;
import dev.hubcap.hypervisor.Hypervisor.PowerState;
import dev.hubcap.queue.FailureKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every hypervisor promises. */
public abstract class HypervisorContract {

  protected static final String VM = "capsul-abcdefghij";

  protected Hypervisor hypervisor;

  /** A hypervisor without a VM of that id. */
  protected abstract Hypervisor open();

  /** The same VM, made from an image that is there. */
  protected abstract VmSpec spec(String image);

  protected abstract String image();

  @BeforeEach
  void begin() {
    hypervisor = open();
  }

  @AfterEach
  void end() {
    if (hypervisor.power(VM) == PowerState.RUNNING) {
      hypervisor.powerOff(VM);
    }
    hypervisor.undefine(VM);
    hypervisor.deleteDisk(VM);
    hypervisor.close();
  }

  private VmSpec made() {
    VmSpec vm = spec(image());
    hypervisor.ensureDisk(vm);
    hypervisor.ensureSeed(vm);
    hypervisor.ensureDefined(vm, 7);
    return vm;
  }

  @Test
  void it_has_room() {
    assertThat(hypervisor.room().memoryMb()).isPositive();
    assertThat(hypervisor.room().vcpus()).isPositive();
  }

  @Test
  void nothing_is_known_of_a_vm_that_was_never_made() {
    assertThat(hypervisor.power(VM)).isEqualTo(PowerState.UNKNOWN_VM);
    assertThat(hypervisor.disk(VM)).isEqualTo(DiskState.NONE);
    assertThat(hypervisor.address(VM)).isEmpty();
    assertThat(hypervisor.inventory()).extracting(Found::vm).doesNotContain(VM);
  }

  @Test
  void a_vm_is_made_started_and_stopped() {
    made();
    assertThat(hypervisor.power(VM)).isEqualTo(PowerState.STOPPED);
    assertThat(hypervisor.disk(VM)).isEqualTo(DiskState.PRESENT);
    hypervisor.ensureRunning(VM);
    assertThat(hypervisor.power(VM)).isEqualTo(PowerState.RUNNING);
    hypervisor.powerOff(VM);
    assertThat(hypervisor.power(VM)).isEqualTo(PowerState.STOPPED);
  }

  @Test
  void every_step_may_be_repeated() {
    VmSpec vm = made();
    hypervisor.ensureRunning(VM);
    hypervisor.ensureDisk(vm);
    hypervisor.ensureSeed(vm);
    hypervisor.ensureDefined(vm, 8);
    hypervisor.ensureRunning(VM);
    assertThat(hypervisor.power(VM)).isEqualTo(PowerState.RUNNING);
    hypervisor.powerOff(VM);
    hypervisor.undefine(VM);
    hypervisor.undefine(VM);
    hypervisor.setDiskAside(VM);
    hypervisor.setDiskAside(VM);
    assertThat(hypervisor.disk(VM)).isEqualTo(DiskState.ASIDE);
    hypervisor.bringDiskBack(VM);
    hypervisor.bringDiskBack(VM);
    assertThat(hypervisor.disk(VM)).isEqualTo(DiskState.PRESENT);
    hypervisor.deleteDisk(VM);
    hypervisor.deleteDisk(VM);
    assertThat(hypervisor.disk(VM)).isEqualTo(DiskState.NONE);
  }

  @Test
  void the_inventory_tells_what_is_there() {
    VmSpec vm = made();
    hypervisor.ensureRunning(VM);
    assertThat(hypervisor.inventory())
        .contains(new Found(VM, PowerState.RUNNING, vm.takes(), DiskState.PRESENT));
  }

  @Test
  void an_image_that_is_not_there_is_the_users_mistake() {
    assertThatThrownBy(() -> hypervisor.ensureDisk(spec("missing.qcow2")))
        .isInstanceOfSatisfying(
            OperationFailed.class, failed -> assertThat(failed.kind()).isEqualTo(FailureKind.USER));
    assertThat(hypervisor.disk(VM)).isEqualTo(DiskState.NONE);
  }

  @Test
  void a_vm_that_runs_is_not_undefined() {
    made();
    hypervisor.ensureRunning(VM);
    assertThatThrownBy(() -> hypervisor.undefine(VM)).isInstanceOf(OperationFailed.class);
    assertThat(hypervisor.power(VM)).isEqualTo(PowerState.RUNNING);
  }
}
