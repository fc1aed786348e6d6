package dev.hubcap.database.look;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is written down about runs, and about work on VMs, and may need a person. Each item is told
 * in words, such as {@code run 12 of nightly-billing}; a list ends after {@link #MANY}.
 */
public interface RunFacts {

  /** No list has more items than this. */
  int MANY = 100;

  /** Runs that wait for a person's approval. */
  List<String> awaiting();

  /** The latest run of each job, where it failed. */
  List<String> failed();

  /** Nights that did not run and will not, unless a person replays them. */
  List<String> missed();

  /** Nights that should have begun and have not. */
  List<String> late();

  /** What is frozen or paused. */
  List<String> freezes();

  /** Operations that were given up; later work on their VMs waits. */
  List<String> dead();

  /** Hosts whose spoke has worked and does not now. */
  List<String> silent();

  /** When a job last succeeded, else since when it should; empty if that is not known. */
  Optional<Instant> lastSuccess(String job);
}
