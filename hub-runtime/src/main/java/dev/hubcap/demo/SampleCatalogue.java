package dev.hubcap.demo;

import java.util.List;

/** What the sample provider sells. */
final class SampleCatalogue {

  /** A size and its price. */
  record Size(String id, int cents, int memoryMb, int vcpus, int bandwidthGb) {}

  static final List<Size> SIZES =
      List.of(
          new Size("f1-xs", 500, 512, 1, 500),
          new Size("f1-s", 750, 1024, 1, 1000),
          new Size("f1-m", 1250, 2048, 1, 2000),
          new Size("f1-l", 2000, 3072, 2, 3000),
          new Size("f1-x", 2750, 4096, 3, 4000),
          new Size("f1-xx", 5000, 8192, 4, 5000));

  static final List<String> IMAGES =
      List.of("debian", "alpine", "ubuntu", "openbsd", "guixsystem", "rocky");

  private SampleCatalogue() {}
}
