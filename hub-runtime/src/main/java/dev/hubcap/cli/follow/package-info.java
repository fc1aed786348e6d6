/** Following a run until it ends, or until nobody wants to wait any longer. */
@NullMarked
package dev.hubcap.cli.follow;

import org.jspecify.annotations.NullMarked;
