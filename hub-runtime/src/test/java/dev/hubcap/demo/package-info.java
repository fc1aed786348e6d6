@NullMarked
package dev.hubcap.demo;

import org.jspecify.annotations.NullMarked;
