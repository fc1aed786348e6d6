/** What jobs exist. */
@NullMarked
package dev.hubcap.definitions;

import org.jspecify.annotations.NullMarked;
