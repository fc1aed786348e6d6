package dev.hubcap.database.pg;

/** Asked about once a second while something takes long; throws to end it. */
@FunctionalInterface
public interface StopCheck {

  /** Nothing ever ends it. */
  StopCheck NEVER = () -> {};

  void check();
}
