/**
 * The one entrance of every run. Schedule, API, command line and replay all come through {@link
 * dev.hubcap.launch.LaunchRun}; nothing else may start one.
 */
@NullMarked
package dev.hubcap.launch;

import org.jspecify.annotations.NullMarked;
