/** What the hub that leads does for the operations queue all the time. */
@NullMarked
package dev.hubcap.upkeep;

import org.jspecify.annotations.NullMarked;
