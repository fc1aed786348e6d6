/** The schema of the database and the way to it. */
@NullMarked
package dev.hubcap.migrations;

import org.jspecify.annotations.NullMarked;
