package dev.hubcap.mail;

/** Where mails are handed to. */
public interface MailServer {

  /** Hands a mail over; never throws. */
  Answer send(Mail mail);

  /** What became of it. */
  sealed interface Answer {

    /** The server has taken the responsibility for it. */
    record Accepted() implements Answer {}

    /** Not now; it is to be tried again. */
    record Deferred(String why) implements Answer {}

    /** Never: the address is bad, or the server will not have this mail. */
    record Refused(String why) implements Answer {}

    /** The server takes no mail of ours at all; none of them is to blame. */
    record Unusable(String why) implements Answer {}
  }
}
