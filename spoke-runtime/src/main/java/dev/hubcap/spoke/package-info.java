/** A spoke: polls the queue for its host and does what it claims. */
@NullMarked
package dev.hubcap.spoke;

import org.jspecify.annotations.NullMarked;
