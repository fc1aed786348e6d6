/** Jobs through HTTP: what they are, when they fire, pausing and freezing them. */
@NullMarked
package dev.hubcap.api.jobs;

import org.jspecify.annotations.NullMarked;
