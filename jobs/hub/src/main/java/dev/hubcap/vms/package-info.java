/**
 * What is done to VMs at somebody's request: each change in the transaction of the operation that
 * carries it out.
 */
@NullMarked
package dev.hubcap.vms;

import org.jspecify.annotations.NullMarked;
