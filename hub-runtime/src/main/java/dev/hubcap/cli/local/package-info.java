/** Commands that talk to the database directly, because they must work while the hub is down. */
@NullMarked
package dev.hubcap.cli.local;

import org.jspecify.annotations.NullMarked;
