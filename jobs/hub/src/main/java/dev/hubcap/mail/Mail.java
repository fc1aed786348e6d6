package dev.hubcap.mail;

/**
 * A mail that waits to be sent.
 *
 * @param messageId the same for every attempt, with its angle brackets
 * @param body plain text; what is sent as HTML is made of it
 * @param attempts how often it was deferred
 */
public record Mail(
    long id, String messageId, String recipient, String subject, String body, int attempts) {}
