/**
 * A request that is sent twice is carried out once: {@code Idempotency-Key}. Start reading at
 * {@link dev.hubcap.api.once.IdempotentPosts}.
 */
@NullMarked
package dev.hubcap.api.once;

import org.jspecify.annotations.NullMarked;
