@NullMarked
package dev.hubcap.leadership;

import org.jspecify.annotations.NullMarked;
