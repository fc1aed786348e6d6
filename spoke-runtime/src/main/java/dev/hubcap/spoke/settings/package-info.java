/** What a spoke is told: its file, read and checked. */
@NullMarked
package dev.hubcap.spoke.settings;

import org.jspecify.annotations.NullMarked;
