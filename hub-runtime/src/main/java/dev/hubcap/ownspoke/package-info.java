/** A spoke in the hub's own process, for a provider with one machine. */
@NullMarked
package dev.hubcap.ownspoke;

import org.jspecify.annotations.NullMarked;
