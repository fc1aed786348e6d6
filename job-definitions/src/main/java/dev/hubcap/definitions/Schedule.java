package dev.hubcap.definitions;

import java.time.ZoneId;

/**
 * When a job fires.
 *
 * @param cron a Quartz cron expression
 * @param zone in which the expression is read
 */
public record Schedule(String cron, ZoneId zone, Misfire misfire) {}
