package dev.hubcap.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.accounts.email.file.EmailFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class EmailChangesApiTest extends ApiTest {

  private static final String FILES = "/api/v1/email-change-files";

  private Answer upload(String role, BodyPublisher body) {
    return send(as(role, FILES).header("Content-Type", "text/csv").POST(body));
  }

  private Answer upload(String role, byte[] bytes) {
    return upload(role, BodyPublishers.ofByteArray(bytes));
  }

  private Answer upload(String text) {
    return upload("operator", text.getBytes(StandardCharsets.UTF_8));
  }

  /** A run that changed one line, rejected 120 and had one done before. */
  private long run() {
    long run =
        jdbc.sql(
                "INSERT INTO runs (job, actor, status) VALUES ('bulk-email-change', 'test',"
                    + " 'completed_with_skips') RETURNING id")
            .query(Long.class)
            .single();
    jdbc.sql(
            """
            INSERT INTO email_changes (run_id, line, old_address, new_address, old_lower, new_lower, unit, state, problem, changed_at)
            SELECT :run, n, 'a,' || n, 'b' || n, 'a', 'b', n, CASE n WHEN 2 THEN 'changed' WHEN 3 THEN 'already' ELSE 'rejected' END,
                   CASE WHEN n > 3 THEN 'it is wrong' END, CASE n WHEN 2 THEN now() END
            FROM generate_series(2, 123) n
            """)
        .param("run", run)
        .update();
    return run;
  }

  @Test
  void a_file_larger_than_other_bodies_may_be_is_kept_and_counted() {
    var text = new StringBuilder("old_email,new_email\n");
    for (int n = 0; n < 10_000; n++) {
      text.append("a").append(n).append("@x.example,b").append(n).append("@x.example\n");
    }

    Answer kept = upload(text.toString());

    assertThat(kept.status()).isEqualTo(201);
    assertThat(kept.json().path("lines").asInt()).isEqualTo(10_000);
    assertThat(
            jdbc.sql("SELECT count(*) FROM email_change_lines WHERE file_id = :id")
                .param("id", kept.json().path("id").asLong())
                .query(Long.class)
                .single())
        .isEqualTo(10_000);
  }

  @Test
  void a_file_that_cannot_be_read_is_refused_with_the_line() {
    upload("a@x.example,b@x.example\n").isProblem(422, 2, "line 1 is not the header");
    upload(
            "operator",
            "old_email,new_email\na@x.example,\u00fc".getBytes(StandardCharsets.ISO_8859_1))
        .isProblem(422, 2, "line 2 is not UTF-8");
  }

  @Test
  void a_file_above_the_limit_is_refused_before_it_is_read() throws IOException {
    try (var socket = new Socket("localhost", port)) {
      OutputStream request = socket.getOutputStream();
      request.write(
          """
          POST %s HTTP/1.1
          Host: localhost
          Authorization: Bearer %s
          Content-Type: text/csv
          Content-Length: 67108865
          Connection: close

          """
              .formatted(FILES, token("operator"))
              .replace("\n", "\r\n")
              .getBytes(StandardCharsets.UTF_8));
      request.flush();
      InputStream answer = socket.getInputStream();
      String head = new String(answer.readNBytes(300), StandardCharsets.UTF_8);
      assertThat(head).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void a_file_of_untold_length_is_refused_with_one_byte_over_the_limit() {
    byte[] file = new byte[(int) EmailFiles.MOST + 1];
    Arrays.fill(file, (byte) '\n');
    byte[] header = "old_email,new_email".getBytes(StandardCharsets.UTF_8);
    System.arraycopy(header, 0, file, 0, header.length);

    upload("operator", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(file)))
        .isProblem(413, 2, "the file is longer than 64 MB; split it");
  }

  @Test
  void a_viewer_uploads_nothing() {
    upload("viewer", new byte[0]).isProblem(403, 5, "role operator");
  }

  @Test
  void every_rejected_line_of_a_run_is_listed_page_by_page() {
    String list = "/api/v1/runs/%d/email-changes?state=rejected&limit=100".formatted(run());

    JsonNode first = get(list).json();
    JsonNode second = get(list + "&cursor=" + first.path("nextCursor").asString()).json();

    assertThat(first.path("items").size() + second.path("items").size()).isEqualTo(120);
    assertThat(first.path("items").get(0).path("line").asInt()).isEqualTo(4);
    assertThat(first.path("items").get(0).path("problem").asString()).isEqualTo("it is wrong");
    assertThat(second.path("nextCursor").isNull()).isTrue();
    get("/api/v1/runs/%d/email-changes?state=odd".formatted(run()))
        .isProblem(400, 2, "state 'odd' is none");
    get("/api/v1/runs/999999/email-changes").isProblem(404, 4, "there is no run");
  }

  @Test
  void the_undo_file_is_csv_and_an_upload_again() {
    long run = run();

    String undo = send(as("operator", "/api/v1/runs/%d/undo.csv".formatted(run))).http().body();

    assertThat(undo).isEqualTo("old_email,new_email,undo_of\nb2,\"a,2\",%d\n".formatted(run));
    assertThat(upload(undo).json().path("lines").asInt()).isEqualTo(1);
  }
}
