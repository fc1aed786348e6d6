package dev.hubcap.api.access;

import dev.hubcap.launch.Actor;

/**
 * Whose token a request carries; the token itself is not kept.
 *
 * @param token the token's id
 */
public record TokenHolder(long token, Actor actor) {}
