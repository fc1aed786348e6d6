/** Changing e-mail addresses from the command line. */
@NullMarked
package dev.hubcap.cli.email;

import org.jspecify.annotations.NullMarked;
