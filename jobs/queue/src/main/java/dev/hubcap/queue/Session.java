package dev.hubcap.queue;

/**
 * A session that was opened.
 *
 * @param epoch counts the host's sessions
 * @param schemaVersion the database's; a spoke built for another claims nothing
 * @param rescued how many operations the session before it left behind
 */
public record Session(long epoch, int schemaVersion, int rescued) {}
