/**
 * Refusals in the form of RFC 9457, each with the exit code that the command line gives it. Start
 * reading at {@link dev.hubcap.api.problem.Problem}.
 */
@NullMarked
package dev.hubcap.api.problem;

import org.jspecify.annotations.NullMarked;
