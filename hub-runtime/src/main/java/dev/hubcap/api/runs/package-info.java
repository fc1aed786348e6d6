/**
 * Runs through HTTP: starting and steering them, following them, their plans, and the runs that
 * should have been.
 */
@NullMarked
package dev.hubcap.api.runs;

import org.jspecify.annotations.NullMarked;
