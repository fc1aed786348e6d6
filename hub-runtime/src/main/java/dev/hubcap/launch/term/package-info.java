/**
 * What belongs to one term of leadership: {@link dev.hubcap.launch.term.Launching} makes runs
 * possible when a term begins, and impossible when it ends. Wires the whole of {@code launch}, too.
 */
@NullMarked
package dev.hubcap.launch.term;

import org.jspecify.annotations.NullMarked;
