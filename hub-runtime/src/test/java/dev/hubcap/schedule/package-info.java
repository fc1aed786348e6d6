@NullMarked
package dev.hubcap.schedule;

import org.jspecify.annotations.NullMarked;
