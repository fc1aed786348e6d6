package dev.hubcap.queue;

import java.util.List;

/**
 * A session that was opened.
 *
 * @param host this spoke's, as the database knows it by the login
 * @param channels on which the database hints at new work
 * @param epoch counts the host's sessions
 * @param rescued how many operations the session before it left behind
 */
public record Session(String host, List<String> channels, long epoch, int rescued) {}
