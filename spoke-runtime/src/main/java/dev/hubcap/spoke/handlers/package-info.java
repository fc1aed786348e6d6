/** Who does an operation that was claimed, and on which hypervisor. */
@NullMarked
package dev.hubcap.spoke.handlers;

import org.jspecify.annotations.NullMarked;
