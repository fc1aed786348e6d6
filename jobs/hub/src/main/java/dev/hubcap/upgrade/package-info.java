/** The job that upgrades the schema, on a hub that waits for it. */
@NullMarked
package dev.hubcap.upgrade;

import org.jspecify.annotations.NullMarked;
