package dev.hubcap.queue;

import java.time.Duration;
import java.util.Optional;

/**
 * An operation that a spoke has, until it settles it or loses its session.
 *
 * @param token fences it: higher than that of every earlier claim
 * @param payload a JSON object
 * @param attempt from 1
 * @param deadline how long this attempt may take
 */
public record Claim(
    long operation,
    String kind,
    Optional<String> vm,
    long token,
    String payload,
    int attempt,
    Duration deadline) {}
