/** VMs, the operations that work on them, and the hosts that they are on, over HTTP. */
@NullMarked
package dev.hubcap.api.vms;

import org.jspecify.annotations.NullMarked;
