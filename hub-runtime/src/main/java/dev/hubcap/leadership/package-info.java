/**
 * One hub at a time. Start reading at {@link dev.hubcap.leadership.Leadership}: it keeps a lease in
 * table {@code hub_leadership} and gives out a {@link dev.hubcap.leadership.Term}, whose epoch
 * fences every transaction that writes for a run.
 */
@NullMarked
package dev.hubcap.leadership;

import org.jspecify.annotations.NullMarked;
