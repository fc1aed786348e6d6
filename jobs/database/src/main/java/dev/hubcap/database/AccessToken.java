package dev.hubcap.database;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token of the HTTP API, without its secret, which nobody can read again.
 *
 * @param name of whom or what holds it; unique among the tokens in force
 * @param role viewer, operator or admin
 * @param revoked null while it is in force
 */
public record AccessToken(
    long id, String name, String role, Instant created, @Nullable Instant revoked) {}
