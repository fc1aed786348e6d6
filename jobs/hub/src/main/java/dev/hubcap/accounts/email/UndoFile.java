package dev.hubcap.accounts.email;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;

/**
 * The file that reverses what a run changed: a valid input itself. Its third column names the run,
 * so that a swap's reverse is another file than the swap, and so that an account gets back exactly
 * what it had.
 */
public final class UndoFile {

  private UndoFile() {}

  /** Writes it, in bounded memory; only the header if the run changed nothing. */
  public static void write(ChangedLines lines, long run, Writer to) {
    String undoes = Long.toString(run);
    try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(to)) {
      csv.writeRecord("old_email", "new_email", "undo_of");
      lines.eachChanged(run, line -> csv.writeRecord(line.newEmail(), line.oldEmail(), undoes));
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }
}
