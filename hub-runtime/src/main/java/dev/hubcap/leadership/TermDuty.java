package dev.hubcap.leadership;

/** What a hub does while it leads. */
public interface TermDuty {

  /**
   * Takes up the duty; called on a thread of its own. What it returns is closed when the term ends,
   * once. A term can end before this returns: then whatever it does with the term fails.
   */
  Laid begin(Term term);

  /** A duty that was taken up, to be laid down. */
  interface Laid {

    /**
     * Lays the duty down.
     *
     * @param orderly whether the hub still leads and may bring its work to a good end; otherwise
     *     the connections are cut already
     */
    void down(boolean orderly);
  }
}
