package dev.hubcap.cli.client;

/** The hub does not answer at all. The message is one sentence that names its address. */
public final class HubUnreachable extends RuntimeException {

  HubUnreachable(String what, String url, Throwable cause) {
    super("The hub at %s %s".formatted(url, what), cause);
  }
}
