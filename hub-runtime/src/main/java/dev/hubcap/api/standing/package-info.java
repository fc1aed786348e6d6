/** Whether this hub leads, as far as the HTTP interface has to know. */
@NullMarked
package dev.hubcap.api.standing;

import org.jspecify.annotations.NullMarked;
