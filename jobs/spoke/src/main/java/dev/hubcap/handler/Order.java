package dev.hubcap.handler;

import java.util.Optional;

/**
 * What a handler is to do.
 *
 * @param operation the operation's id
 * @param vm the VM that it concerns
 * @param token the claim's fencing token
 * @param payload a JSON object; what is in it depends on the kind of operation
 */
public record Order(long operation, Optional<String> vm, long token, String payload) {}
