package dev.hubcap.queue;

/**
 * What a VM takes of a host, or a host has.
 *
 * @param memoryMb MiB, at least 0
 * @param vcpus virtual processors, at least 0
 */
public record Room(int memoryMb, int vcpus) {

  public static final Room NONE = new Room(0, 0);

  public Room {
    if (memoryMb < 0 || vcpus < 0) {
      throw new IllegalArgumentException(
          "room is %d MB and %d vCPUs; neither can be less than 0".formatted(memoryMb, vcpus));
    }
  }
}
