/** The jobs that start, stop and restart a VM. */
@NullMarked
package dev.hubcap.power;

import org.jspecify.annotations.NullMarked;
