package dev.hubcap.accounts.email.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.migrations.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class EmailFilesTest {

  private final TestDatabase database = TestDatabase.create();
  private final JdbcClient jdbc = JdbcClient.create(database.asHub());
  private final EmailFiles files = new EmailFiles(jdbc);

  @AfterEach
  void close() {
    database.close();
  }

  private long store(String text) {
    return store(text.getBytes(StandardCharsets.UTF_8));
  }

  private long store(byte[] bytes) {
    return files.store(new ByteArrayInputStream(bytes), "test").id();
  }

  private List<String> lines(long file) {
    return jdbc.sql(
            """
            SELECT concat_ws('|', line, old_address, new_address, defect) FROM email_change_lines
            WHERE file_id = :file ORDER BY line
            """)
        .param("file", file)
        .query((row, nth) -> row.getString(1))
        .list();
  }

  private void assertNothingKept() {
    assertThat(jdbc.sql("SELECT count(*) FROM email_change_files").query(Long.class).single())
        .isZero();
    assertThat(jdbc.sql("SELECT count(*) FROM email_change_lines").query(Long.class).single())
        .isZero();
  }

  @Test
  void quotes_line_ends_and_a_byte_order_mark_are_as_spreadsheets_write_them() {
    long file =
        store(
            String.join(
                "\r\n",
                "\uFEFFold_email,new_email",
                "\"a@x.example\",b@x.example",
                "",
                "\"c\"\"d@x.example\",e@x.example"));

    assertThat(lines(file))
        .containsExactly("2|a@x.example|b@x.example", "4|c\"d@x.example|e@x.example");
    assertThat(files.find(file).orElseThrow().lines()).isEqualTo(2);
  }

  @Test
  void lines_are_counted_as_an_editor_does_also_behind_a_field_of_two_lines() {
    assertThat(lines(store("old_email,new_email\n\"a\nb\",c@x.example\nd@x.example,e@x.example\n")))
        .containsExactly(
            "2|ab|c@x.example|the old address is too long or has control characters",
            "4|d@x.example|e@x.example");
  }

  @Test
  void what_is_not_utf_8_is_refused_with_its_line() {
    byte[] bytes =
        "old_email,new_email\r\na@x.example,b@x.example\r\nm?ller@x.example,c@x.example\r\n"
            .getBytes(StandardCharsets.ISO_8859_1);
    bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf('?')] = (byte) 0xFC;

    assertThatThrownBy(() -> store(bytes))
        .isInstanceOf(FileRefused.class)
        .hasMessage("line 3 is not UTF-8; save the file as UTF-8");
    assertNothingKept();
  }

  @Test
  void characters_beyond_the_first_plane_survive_wherever_the_buffers_end() {
    String astral = "\uD83D\uDE00".repeat(20) + "@x.example";
    var text = new StringBuilder("old_email,new_email\n");
    for (int i = 0; i < 2_000; i++) {
      text.append("x".repeat(i % 7)).append(astral).append(",n").append(i).append("@x.example\n");
    }

    long file = store(text.toString());

    assertThat(lines(file)).hasSize(2_000).allMatch(line -> line.contains(astral));
  }

  @Test
  void another_header_is_refused() {
    assertThatThrownBy(() -> store("a@x.example,b@x.example\n"))
        .hasMessageStartingWith("line 1 is not the header; it must be old_email,new_email");
    assertThatThrownBy(() -> store("")).hasMessageStartingWith("line 1 is not the header");
    assertNothingKept();
  }

  @Test
  void a_quote_that_is_never_closed_is_refused_with_its_line() {
    assertThatThrownBy(
            () ->
                store("old_email,new_email\na@x.example,b@x.example\n\"c@x.example,d@x.example\n"))
        .isInstanceOf(FileRefused.class)
        .hasMessageStartingWith("what follows line 2 is no CSV");
    assertNothingKept();
  }

  @Test
  void a_file_longer_than_the_limit_is_refused_and_nothing_of_it_kept() {
    byte[] megabyte =
        ("a@x.example," + "b".repeat(8_179) + "\n").repeat(128).getBytes(StandardCharsets.UTF_8);
    byte[] header = "old_email,new_email\n".getBytes(StandardCharsets.UTF_8);
    Stream<InputStream> parts =
        Stream.concat(
            Stream.of(new ByteArrayInputStream(header)),
            Stream.generate(() -> new ByteArrayInputStream(megabyte)).limit(64));
    var endless = new SequenceInputStream(Collections.enumeration(parts.toList()));

    assertThatThrownBy(() -> files.store(endless, "test"))
        .isInstanceOf(EmailFiles.TooLong.class)
        .hasMessage("the file is longer than 64 MB; split it");
    assertNothingKept();
  }

  @Test
  void files_are_forgotten_after_a_while() {
    long old = store("old_email,new_email\na@x.example,b@x.example\n");
    jdbc.sql("UPDATE email_change_files SET created = now() - interval '31 d'").update();
    long young = store("old_email,new_email\n");

    assertThat(files.forget(Duration.ofDays(30))).isEqualTo(1);

    assertThat(files.find(old)).isEmpty();
    assertThat(lines(old)).isEmpty();
    assertThat(files.find(young)).isPresent();
  }
}
