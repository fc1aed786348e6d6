package dev.hubcap.dunning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The texts of notices: {@code KIND.txt}, the subject in the first line, then an empty line, then
 * the text. {@code {{name}}} stands for a value; a line whose value is empty is left out.
 */
public final class NoticeTemplates {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([a-z_]+)}}");
  private static final Set<String> NAMES =
      Set.of(
          "account",
          "balance",
          "balance_in_a_week",
          "delete_below",
          "vms",
          "pay_url",
          "kept_until");

  private final Map<NoticeKind, String> texts = new EnumMap<>(NoticeKind.class);
  private final String payUrl;

  /** A subject and a text. */
  public record Letter(String subject, String text) {}

  private NoticeTemplates(String payUrl) {
    this.payUrl = payUrl;
  }

  /**
   * Reads those that ship, and a provider's own in place of them.
   *
   * @param folder with the provider's own; empty for none
   * @param payUrl where a customer pays, with {@code {{account}}} in it if it needs that; may be
   *     empty
   * @throws IllegalArgumentException naming the file and what is wrong in it
   */
  public static NoticeTemplates load(Optional<Path> folder, String payUrl) {
    var templates = new NoticeTemplates(payUrl);
    for (NoticeKind kind : NoticeKind.values()) {
      String file = kind.word() + ".txt";
      Optional<Path> own = folder.map(path -> path.resolve(file)).filter(Files::isReadable);
      String text = own.map(NoticeTemplates::read).orElseGet(() -> shipped(file));
      check(own.map(Path::toString).orElse(file), text);
      templates.texts.put(kind, text);
    }
    return templates;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(file + " cannot be read as UTF-8 text", unreadable);
    }
  }

  private static String shipped(String file) {
    try (var in = Objects.requireNonNull(NoticeTemplates.class.getResourceAsStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void check(String file, String text) {
    String[] parts = text.split("\\R\\R", 2);
    if (parts.length < 2 || parts[0].isBlank() || parts[0].lines().count() != 1) {
      throw new IllegalArgumentException(
          file + " must begin with a line that is the subject, then an empty line, then the text");
    }
    PLACEHOLDER
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .filter(name -> !NAMES.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new IllegalArgumentException(
                  "%s has {{%s}}; known are %s"
                      .formatted(file, name, String.join(", ", new TreeSet<>(NAMES))));
            });
  }

  /**
   * Writes a notice.
   *
   * @param values by the names of their placeholders; one that is missing is empty
   */
  public Letter letter(NoticeKind kind, Map<String, String> values) {
    String text = Objects.requireNonNull(texts.get(kind));
    var filled = new StringBuilder();
    for (String line : text.lines().toList()) {
      boolean empty =
          PLACEHOLDER.matcher(line).results().anyMatch(found -> value(found, values).isEmpty());
      if (!empty) {
        filled
            .append(
                PLACEHOLDER
                    .matcher(line)
                    .replaceAll(found -> Matcher.quoteReplacement(value(found, values))))
            .append('\n');
      }
    }
    String[] parts = filled.toString().split("\n", 2);
    return new Letter(parts[0].strip(), parts[1].strip() + "\n");
  }

  private String value(MatchResult found, Map<String, String> values) {
    String name = found.group(1);
    return name.equals("pay_url")
        ? payUrl.replace("{{account}}", encoded(values.getOrDefault("account", "")))
        : values.getOrDefault(name, "");
  }

  private static String encoded(String account) {
    return URLEncoder.encode(account, StandardCharsets.UTF_8);
  }
}
