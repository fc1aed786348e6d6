/** A provider that does not exist, and a night of it, for whoever wants to see Hubcap at work. */
@NullMarked
package dev.hubcap.demo;

import org.jspecify.annotations.NullMarked;
