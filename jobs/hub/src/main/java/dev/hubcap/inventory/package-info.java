/** What hosts say that is on them, compared with what should be. */
@NullMarked
package dev.hubcap.inventory;

import org.jspecify.annotations.NullMarked;
