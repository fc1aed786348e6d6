package dev.hubcap.api.page;

import dev.hubcap.api.problem.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Which page of which list is wanted. A cursor is opaque to clients and only fits the list, with
 * the filters, that it came from.
 */
public final class Paging {

  /** Items on a page when nothing else is asked for. */
  public static final String DEFAULT_LIMIT = "50";

  private static final int MOST = 500;
  private static final String SEPARATOR = "\u0000";

  private final String list;
  private final int limit;
  private final List<String> behind;

  private Paging(String list, int limit, List<String> behind) {
    this.list = list;
    this.limit = limit;
    this.behind = List.copyOf(behind);
  }

  /**
   * Reads what a request says.
   *
   * @param list the list's name with its filters
   * @param keys how many values the list's sort key has
   */
  public static Paging of(String list, int keys, int limit, Optional<String> cursor) {
    if (limit < 1 || limit > MOST) {
      throw Problem.malformed("limit is %d; it must be from 1 to %d".formatted(limit, MOST));
    }
    return new Paging(list, limit, cursor.map(text -> read(text, list, keys)).orElse(List.of()));
  }

  public int limit() {
    return limit;
  }

  /** How many rows a query should fetch to know whether there is a further page. */
  public int fetch() {
    return limit + 1;
  }

  /** The sort key of the last item already shown; empty on the first page. */
  public List<String> behind() {
    return behind;
  }

  /** The same where the sort key is one number. */
  public Optional<Long> behindNumber() {
    return behind.stream().findFirst().map(this::number);
  }

  String cursorBehind(List<String> key) {
    String text = list + SEPARATOR + String.join(SEPARATOR, key);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException notOurs) {
      throw foreign();
    }
  }

  private static List<String> read(String cursor, String list, int keys) {
    String[] parts = decode(cursor).split(SEPARATOR, -1);
    if (parts.length != keys + 1 || !parts[0].equals(list)) {
      throw foreign();
    }
    return Arrays.asList(parts).subList(1, parts.length);
  }

  private static String decode(String cursor) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(cursor);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IllegalArgumentException | CharacterCodingException notOurs) {
      throw foreign();
    }
  }

  private static Problem foreign() {
    return Problem.malformed(
        "cursor does not belong to this list; pass nextCursor of its previous page, with the same"
            + " filters");
  }
}
