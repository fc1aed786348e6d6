/**
 * Who does an operation that was claimed: {@link dev.hubcap.spoke.handlers.Handlers} by its kind,
 * on the hypervisor of {@link dev.hubcap.spoke.handlers.HypervisorChoice}, behind the fence of
 * {@link dev.hubcap.spoke.handlers.FencedHandlers}.
 */
@NullMarked
package dev.hubcap.spoke.handlers;

import org.jspecify.annotations.NullMarked;
