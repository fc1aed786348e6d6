/** Commands that ask the hub. */
@NullMarked
package dev.hubcap.cli.command;

import org.jspecify.annotations.NullMarked;
