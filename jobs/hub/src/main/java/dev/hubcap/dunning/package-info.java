/**
 * What customers are told while their balance runs out. {@link dev.hubcap.dunning.Dun} is the last
 * step of a night.
 */
@NullMarked
package dev.hubcap.dunning;

import org.jspecify.annotations.NullMarked;
