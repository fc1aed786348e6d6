package dev.hubcap.cli.doctor;

/** Whether this Java is one that the hub works with. */
final class JavaCheck {

  private static final int NEEDED = 25;

  private JavaCheck() {}

  static Finding look(Runtime.Version version) {
    return version.feature() < NEEDED
        ? Finding.wrong(
            "java",
            "this is Java %s, and Hubcap needs %d".formatted(version, NEEDED),
            "install a JDK %d; the script 'hubcap' finds it in JAVA_HOME".formatted(NEEDED))
        : Finding.ok("java", version.toString());
  }
}
