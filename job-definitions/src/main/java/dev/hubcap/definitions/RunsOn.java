package dev.hubcap.definitions;

/** Where a job's work is done. */
public enum RunsOn {
  HUB,
  SPOKE
}
