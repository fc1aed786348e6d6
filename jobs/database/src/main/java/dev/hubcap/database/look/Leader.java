package dev.hubcap.database.look;

/**
 * The row of the leadership.
 *
 * @param holder the hub that leads, or that led last
 * @param expires until when, as PostgreSQL writes it
 * @param leads whether the lease holds by the database's clock
 */
public record Leader(String holder, String expires, boolean leads) {}
