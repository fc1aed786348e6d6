package dev.hubcap.accounts.email.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The uploaded files, in tables {@code email_change_files} and {@code email_change_lines}, so that
 * a run can go on with one after its hub is gone. Each statement is a transaction of its own: a
 * slow upload holds up nobody, and a broken one never becomes complete.
 */
public final class EmailFiles {

  /** Bytes. */
  public static final long MOST = 64L * 1024 * 1024;

  private static final int LINES_AT_A_TIME = 5_000;

  private final JdbcClient jdbc;

  public EmailFiles(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * A file that is complete.
   *
   * @param lines below the header, without empty ones
   */
  public record Stored(long id, long lines, String sha256) {}

  /** The file has more than {@link #MOST} bytes. */
  public static final class TooLong extends RuntimeException {
    public TooLong() {
      super("the file is longer than 64 MB; split it");
    }
  }

  /** Keeps a file. Throws {@link FileRefused} or {@link TooLong}, and then has kept nothing. */
  public Stored store(InputStream bytes, String actor) {
    long id =
        jdbc.sql("INSERT INTO email_change_files (actor) VALUES (:actor) RETURNING id")
            .param("actor", actor)
            .query(Long.class)
            .single();
    boolean complete = false;
    try {
      Stored stored = store(id, bytes);
      complete = true;
      return stored;
    } finally {
      if (!complete) {
        jdbc.sql("DELETE FROM email_change_files WHERE id = :id").param("id", id).update();
      }
    }
  }

  private Stored store(long id, InputStream bytes) {
    MessageDigest digest = sha256();
    var lines = new FileLines(new DigestInputStream(new Limited(bytes), digest));
    var waiting = new ArrayList<FileLine>(LINES_AT_A_TIME);
    long count = 0;
    while (lines.hasNext()) {
      waiting.add(lines.next());
      count++;
      if (waiting.size() == LINES_AT_A_TIME) {
        write(id, waiting);
        waiting.clear();
      }
    }
    write(id, waiting);
    String hash = HexFormat.of().formatHex(digest.digest());
    jdbc.sql("UPDATE email_change_files SET lines = :lines, sha256 = :hash WHERE id = :id")
        .param("lines", count)
        .param("hash", hash)
        .param("id", id)
        .update();
    return new Stored(id, count, hash);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  private void write(long id, List<FileLine> lines) {
    jdbc.sql(
            """
            INSERT INTO email_change_lines
              (file_id, line, old_address, new_address, old_lower, new_lower, undo_of, defect)
            SELECT :id, l.*
            FROM unnest(:lines::bigint[], :olds::text[], :news::text[], :oldLowers::text[], :newLowers::text[],
                        :undos::bigint[], :defects::text[]) l
            """)
        .param("id", id)
        .param("lines", lines.stream().map(FileLine::number).toArray(Long[]::new))
        .param("olds", texts(lines, FileLine::oldAddress))
        .param("news", texts(lines, FileLine::newAddress))
        .param("oldLowers", texts(lines, FileLine::oldLower))
        .param("newLowers", texts(lines, FileLine::newLower))
        .param("undos", lines.stream().map(FileLine::undoOf).toArray(Long[]::new))
        .param("defects", lines.stream().map(FileLine::defect).toArray(String[]::new))
        .update();
  }

  private static String[] texts(List<FileLine> lines, Function<FileLine, String> of) {
    return lines.stream().map(of).toArray(String[]::new);
  }

  /** The complete file of that id. */
  public Optional<Stored> find(long id) {
    return jdbc.sql(
            "SELECT id, lines, sha256 FROM email_change_files WHERE id = :id AND lines IS NOT NULL")
        .param("id", id)
        .query(
            (row, nth) ->
                new Stored(row.getLong("id"), row.getLong("lines"), row.getString("sha256")))
        .optional();
  }

  /** Forgets files that are older than that. What runs made of their lines stays. */
  public int forget(Duration olderThan) {
    return jdbc.sql(
            """
            DELETE FROM email_change_files
            WHERE created < now() - make_interval(secs => :seconds)
            """)
        .param("seconds", olderThan.toSeconds())
        .update();
  }

  /** Ends with {@link TooLong} behind the most bytes that a file may have. */
  private static final class Limited extends FilterInputStream {

    private long left = MOST;

    private Limited(InputStream source) {
      super(source);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = super.read(target, offset, length);
      count(Math.max(0, read));
      return read;
    }

    private void count(int read) {
      left -= read;
      if (left < 0) {
        throw new TooLong();
      }
    }
  }
}
