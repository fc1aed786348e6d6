package dev.hubcap.launch.term;

/** A part of the hub that runs only while it leads; the scheduler, for one. */
public interface TermPart {

  /**
   * Begins, after the runs of an earlier leader were recovered. What it returns is closed when the
   * term ends; by then the term's connections may be cut.
   */
  AutoCloseable begin(HubTerm term);
}
