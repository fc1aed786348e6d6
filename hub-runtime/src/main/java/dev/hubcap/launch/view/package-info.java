/** What is known of runs, for those who look: the API, the command line, the demo. Reads only. */
@NullMarked
package dev.hubcap.launch.view;

import org.jspecify.annotations.NullMarked;
