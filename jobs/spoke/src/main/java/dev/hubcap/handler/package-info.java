/**
 * How a job of the spoke looks from outside: a {@link dev.hubcap.handler.Handler} for each kind of
 * operation.
 */
@NullMarked
package dev.hubcap.handler;

import org.jspecify.annotations.NullMarked;
