@NullMarked
package dev.hubcap.launch;

import org.jspecify.annotations.NullMarked;
