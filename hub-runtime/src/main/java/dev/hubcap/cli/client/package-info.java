/** Asking the hub: its address, its interface, its streams of events. */
@NullMarked
package dev.hubcap.cli.client;

import org.jspecify.annotations.NullMarked;
