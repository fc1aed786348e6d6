/**
 * The kinds of job that this hub has, one class each: from a definition to the job that it
 * configures.
 */
@NullMarked
package dev.hubcap.launch.kinds;

import org.jspecify.annotations.NullMarked;
