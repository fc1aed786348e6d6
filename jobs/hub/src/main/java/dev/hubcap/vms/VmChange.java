package dev.hubcap.vms;

import java.util.OptionalLong;

/** What came of a request to change a VM. */
public sealed interface VmChange {

  /**
   * It is written down.
   *
   * @param operation that carries it out; empty if there is nothing to do on a host
   */
  record Accepted(String vm, OptionalLong operation) implements VmChange {}

  /** Nothing was changed; the sentence says why, and what would be right. */
  record Refused(Why why, String sentence) implements VmChange {}

  /** Kinds of refusal. */
  enum Why {
    NOT_FOUND,
    INVALID,
    CONFLICT
  }

  static Refused notFound(String vm) {
    return new Refused(Why.NOT_FOUND, "there is no VM '%s'".formatted(vm));
  }

  static Refused invalid(String sentence) {
    return new Refused(Why.INVALID, sentence);
  }

  static Refused conflict(String sentence) {
    return new Refused(Why.CONFLICT, sentence);
  }
}
