package dev.hubcap.cli.command;

import dev.hubcap.cli.client.CommandFailed;
import dev.hubcap.cli.client.HubClient;
import dev.hubcap.cli.client.Resource;
import dev.hubcap.cli.render.Column;
import dev.hubcap.cli.session.Session;
import java.util.List;

/** The beginning of what the hub has a list of. */
final class FirstPage {

  private FirstPage() {}

  /** Prints the first items of lists, one after the other, and says if that was not all. */
  static int print(Session session, List<Resource> lists, int limit, List<Column> columns) {
    if (limit < 1) {
      throw CommandFailed.usage("--limit is %d; it must be 1 or more.".formatted(limit));
    }
    List<HubClient.Items> pages =
        lists.stream().map(list -> session.hub().list(list, limit)).toList();
    session.output().list(pages.stream().flatMap(page -> page.items().stream()).toList(), columns);
    if (pages.stream().anyMatch(HubClient.Items::more)) {
      session.output().say("There are more; --limit shows more than %d.".formatted(limit));
    }
    return 0;
  }
}
