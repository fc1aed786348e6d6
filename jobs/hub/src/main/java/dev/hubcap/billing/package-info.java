/** Nightly billing. */
@NullMarked
package dev.hubcap.billing;

import org.jspecify.annotations.NullMarked;
