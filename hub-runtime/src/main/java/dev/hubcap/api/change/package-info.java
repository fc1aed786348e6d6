/** What every change through HTTP has: an actor, a reason, an audit row. */
@NullMarked
package dev.hubcap.api.change;

import org.jspecify.annotations.NullMarked;
