/** What a hub does that waits for the upgrade of its schema: next to nothing. */
@NullMarked
package dev.hubcap.restriction;

import org.jspecify.annotations.NullMarked;
