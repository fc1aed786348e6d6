package dev.hubcap.definitions;

import java.time.Duration;

/**
 * How operations of a kind are done by spokes.
 *
 * @param attempts after how many one is given up, 1 to 100
 * @param backOff the longest pause after the first attempt; it doubles with each
 * @param longestBackOff where it stops doubling
 * @param deadline how long one attempt may take
 * @param memoryReserveMb what has to stay free on a host beyond what the VM takes
 */
public record OperationRules(
    int attempts,
    Duration backOff,
    Duration longestBackOff,
    Duration deadline,
    int memoryReserveMb) {}
