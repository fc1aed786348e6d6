/** What all commands share: the global options, and what follows from them. */
@NullMarked
package dev.hubcap.cli.session;

import org.jspecify.annotations.NullMarked;
