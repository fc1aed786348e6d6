@NullMarked
package dev.hubcap.run;

import org.jspecify.annotations.NullMarked;
