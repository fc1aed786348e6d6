/** What a spoke keeps on its host, so that neither a second spoke nor an old claim does harm. */
@NullMarked
package dev.hubcap.spoke.state;

import org.jspecify.annotations.NullMarked;
