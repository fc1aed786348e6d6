package dev.hubcap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The pages for people: short where they must be short, and without a link that leads nowhere. */
class DocumentationTest {

  private static final Path TREE = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
  private static final Set<String> NOT_OURS = Set.of("target", ".git", "node_modules");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");

  @Test
  void the_readme_fits_on_120_lines() throws IOException {
    assertThat(Files.readAllLines(TREE.resolve("README.md"))).hasSizeLessThanOrEqualTo(120);
  }

  @Test
  void every_relative_link_leads_somewhere() throws IOException {
    var broken = new ArrayList<String>();
    for (Path page : pages()) {
      LINK.matcher(Files.readString(page))
          .results()
          .map(link -> link.group(1))
          .filter(target -> !target.contains(":"))
          .filter(target -> !leadsSomewhere(page, target))
          .forEach(target -> broken.add(TREE.relativize(page) + " -> " + target));
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void every_page_below_docs_can_be_reached_from_the_readme() throws IOException {
    var reached = new ArrayList<Path>(List.of(TREE.resolve("README.md")));
    for (int next = 0; next < reached.size(); next++) {
      Path page = reached.get(next);
      LINK.matcher(Files.readString(page))
          .results()
          .map(link -> link.group(1).replaceFirst("#.*", ""))
          .filter(target -> target.endsWith(".md") && !target.contains(":"))
          .map(target -> page.resolveSibling(target).normalize())
          .filter(target -> !reached.contains(target) && Files.exists(target))
          .forEach(reached::add);
    }
    assertThat(pages().stream().filter(page -> page.startsWith(TREE.resolve("docs"))))
        .allSatisfy(page -> assertThat(reached).contains(page));
  }

  private static boolean leadsSomewhere(Path page, String target) {
    int hash = target.indexOf('#');
    String file = hash < 0 ? target : target.substring(0, hash);
    Path there = file.isEmpty() ? page : page.resolveSibling(file).normalize();
    return Files.exists(there) && (hash < 0 || anchors(there).contains(target.substring(hash + 1)));
  }

  /** The anchors of a page's headings, as they are made from their words. */
  private static List<String> anchors(Path page) {
    try {
      return HEADING
          .matcher(Files.readString(page))
          .results()
          .map(heading -> heading.group(1).strip().toLowerCase(Locale.ROOT))
          .map(words -> words.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> pages() throws IOException {
    var pages = new ArrayList<Path>();
    Files.walkFileTree(
        TREE,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return NOT_OURS.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.getFileName().toString().endsWith(".md")) {
              pages.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return pages;
  }
}
