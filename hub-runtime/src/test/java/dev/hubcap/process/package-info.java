/**
 * Hubs as their users start them, each a process of its own, and what becomes of the ledger when
 * they are killed, paused and doubled.
 */
@org.jspecify.annotations.NullMarked
package dev.hubcap.process;
