package dev.hubcap.database.schema;

/** The structure cannot be made anew in a scratch database; the message says why. */
public final class StructureNotCopied extends RuntimeException {

  StructureNotCopied(String message, Throwable cause) {
    super(message, cause);
  }
}
