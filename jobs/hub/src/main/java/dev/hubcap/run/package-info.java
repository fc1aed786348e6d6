/**
 * What every job of the hub has to do with its run: read its parameters, write its log, say that it
 * failed or waits. Start reading at {@link dev.hubcap.run.RunParameters}.
 */
@NullMarked
package dev.hubcap.run;

import org.jspecify.annotations.NullMarked;
