/**
 * What VMs run on, in verbs of the product: {@link dev.hubcap.hypervisor.Hypervisor}. Its
 * subpackages are the kinds there are.
 */
@NullMarked
package dev.hubcap.hypervisor;

import org.jspecify.annotations.NullMarked;
