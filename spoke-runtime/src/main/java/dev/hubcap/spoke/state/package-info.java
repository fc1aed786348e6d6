/**
 * What a spoke keeps on its host: {@link dev.hubcap.spoke.state.StateLock} against a second spoke,
 * {@link dev.hubcap.spoke.state.AppliedTokens} against an old claim.
 */
@NullMarked
package dev.hubcap.spoke.state;

import org.jspecify.annotations.NullMarked;
