@NullMarked
package dev.hubcap.cli;

import org.jspecify.annotations.NullMarked;
