package dev.hubcap.mail;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The same text as HTML: paragraphs where there are empty lines, and links where there are
 * addresses of pages. Everything else is text.
 */
final class HtmlBody {

  private static final Pattern LINK = Pattern.compile("https?://[^\\s<>\"&]+(&amp;[^\\s<>\"&]+)*");

  private HtmlBody() {}

  static String of(String text) {
    String paragraphs =
        Arrays.stream(text.strip().split("\\R{2,}", -1))
            .map(HtmlBody::paragraph)
            .collect(Collectors.joining("\n"));
    return "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n"
        + paragraphs
        + "\n</body></html>\n";
  }

  private static String paragraph(String text) {
    String escaped =
        text.replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("\"", "&quot;");
    String linked = LINK.matcher(escaped).replaceAll("<a href=\"$0\">$0</a>");
    return "<p>" + linked.replaceAll("\\R", "<br>\n") + "</p>";
  }
}
