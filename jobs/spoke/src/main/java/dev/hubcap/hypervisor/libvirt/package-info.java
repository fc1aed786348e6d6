/**
 * Real VMs, through libvirt: {@link dev.hubcap.hypervisor.libvirt.LibvirtHypervisor} says what is
 * done, {@link dev.hubcap.hypervisor.libvirt.LibvirtLine} how libvirt is called.
 */
@NullMarked
package dev.hubcap.hypervisor.libvirt;

import org.jspecify.annotations.NullMarked;
