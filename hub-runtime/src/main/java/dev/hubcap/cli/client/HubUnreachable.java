package dev.hubcap.cli.client;

/** The hub does not answer at all. The message is one sentence that names its address. */
public final class HubUnreachable extends RuntimeException {

  HubUnreachable(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
