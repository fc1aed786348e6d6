package dev.hubcap.queue;

/** Why an attempt failed, which decides what becomes of its operation. */
public enum FailureKind {
  /** It may go well next time: tried again, later and later, until its attempts are used up. */
  TRANSIENT,
  /** This host has no room: back to the queue for another one, without using an attempt. */
  CAPACITY,
  /** What was asked for cannot be done: never tried again. */
  USER,
  /** A defect or a surprise: never tried again before a person has looked. */
  INTERNAL
}
