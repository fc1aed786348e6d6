package dev.hubcap.definitions;

/** What happens to a start while a run of the same job is under way. */
public enum Overlap {
  FORBID,
  QUEUE
}
