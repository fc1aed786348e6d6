package dev.hubcap.hypervisor.libvirt;

import dev.hubcap.handler.OperationFailed;
import dev.hubcap.queue.FailureKind;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;

/** What libvirt's errors mean to an operation: the one place that knows its numbers. */
final class LibvirtFailure {

  private LibvirtFailure() {}

  /**
   * The failure of something that was asked of libvirt.
   *
   * @param what was asked, to be read behind "could not"
   */
  static OperationFailed of(String what, LibvirtException cause) {
    return new OperationFailed(
        kind(cause.getError().getCode()), "could not %s: %s".formatted(what, said(cause)), cause);
  }

  private static String said(LibvirtException cause) {
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("libvirt gave no reason");
  }

  /**
   * A description or a request that libvirt will refuse the next time too is a defect here or a
   * host that is set up wrongly; everything else may pass. Nothing is {@code CAPACITY}: only what
   * left nothing behind may go to another host, and that is looked at beforehand.
   */
  static FailureKind kind(ErrorNumber code) {
    return switch (code) {
      case VIR_ERR_INVALID_ARG,
          VIR_ERR_NO_SUPPORT,
          VIR_ERR_OS_TYPE,
          VIR_ERR_XML_ERROR,
          VIR_ERR_XML_DETAIL,
          VIR_ERR_XML_INVALID_SCHEMA,
          VIR_ERR_CONFIG_UNSUPPORTED,
          VIR_ERR_ARGUMENT_UNSUPPORTED,
          VIR_ERR_OPERATION_UNSUPPORTED,
          VIR_ERR_OPERATION_DENIED,
          VIR_ERR_ACCESS_DENIED,
          VIR_ERR_NO_DOMAIN,
          VIR_ERR_DOM_EXIST,
          VIR_ERR_NO_NETWORK,
          VIR_ERR_NO_STORAGE_POOL,
          VIR_ERR_INVALID_MAC ->
          FailureKind.INTERNAL;
      default -> FailureKind.TRANSIENT;
    };
  }

  static boolean noDomain(LibvirtException cause) {
    return cause.getError().getCode() == ErrorNumber.VIR_ERR_NO_DOMAIN;
  }

  static boolean noVolume(LibvirtException cause) {
    return cause.getError().getCode() == ErrorNumber.VIR_ERR_NO_STORAGE_VOL;
  }

  static boolean volumeExists(LibvirtException cause) {
    return cause.getError().getCode() == ErrorNumber.VIR_ERR_STORAGE_VOL_EXIST;
  }
}
