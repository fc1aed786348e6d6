package dev.hubcap.accounts.email.file;

/** A file cannot be taken at all; the message is one sentence that names the line. */
public final class FileRefused extends RuntimeException {

  FileRefused(String message) {
    super(message);
  }
}
