/**
 * The spoke's lines to the database: {@link dev.hubcap.spoke.line.QueueLine} claims and beats on
 * one connection, {@link dev.hubcap.spoke.line.SettleLine} tells on a second what was done, and
 * {@link dev.hubcap.spoke.line.WorkHint} listens on a third.
 */
@NullMarked
package dev.hubcap.spoke.line;

import org.jspecify.annotations.NullMarked;
