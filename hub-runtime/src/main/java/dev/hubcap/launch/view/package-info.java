/**
 * What is known of runs, for those who look: the API, the demo, the benchmark. {@link
 * dev.hubcap.launch.view.Runs} answers; it reads only.
 */
@NullMarked
package dev.hubcap.launch.view;

import org.jspecify.annotations.NullMarked;
