/** Work on the database that must be possible while the hub is down. */
@NullMarked
package dev.hubcap.database;

import org.jspecify.annotations.NullMarked;
