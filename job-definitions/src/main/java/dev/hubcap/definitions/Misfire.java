package dev.hubcap.definitions;

/** What happens to fires that were due while no hub was there. */
public enum Misfire {
  /** One run for the latest business date, which also does the earlier ones. */
  CATCH_UP,
  /** One run for the latest; the earlier ones are missed. */
  ONCE,
  /** All are missed. */
  SKIP
}
