package dev.hubcap.cli.render;

/** Nobody reads the output any longer, as after {@code | head}. Not an error. */
public final class OutputClosed extends RuntimeException {

  OutputClosed() {
    super("the output was closed");
  }
}
