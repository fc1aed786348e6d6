package dev.hubcap.api.page;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Part of a list.
 *
 * @param nextCursor what to ask for the rest with; null at the end
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {

  public Page {
    items = List.copyOf(items);
  }

  /** A list that is short enough to be shown whole. */
  public static <T> Page<T> whole(List<T> items) {
    return new Page<>(items, null);
  }

  /**
   * The page of a query that fetched one row more than asked for, if there was one.
   *
   * @param key what the next page goes on behind: the sort key of an item
   */
  public static <T> Page<T> of(Paging paging, List<T> fetched, Function<T, List<String>> key) {
    if (fetched.size() <= paging.limit()) {
      return whole(fetched);
    }
    List<T> shown = fetched.subList(0, paging.limit());
    return new Page<>(shown, paging.cursorBehind(key.apply(shown.getLast())));
  }
}
