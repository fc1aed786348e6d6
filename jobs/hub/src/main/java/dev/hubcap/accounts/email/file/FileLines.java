package dev.hubcap.accounts.email.file;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;

/**
 * The lines below a file's header, read one after another in bounded memory. Throws {@link
 * FileRefused} where the file is no CSV in UTF-8 with the right header.
 */
final class FileLines implements Iterator<FileLine> {

  /** Characters: many times what two addresses need. */
  private static final int LONGEST_LINE = 64 * 1024;

  private static final List<String> HEADER = List.of("old_email", "new_email");
  private static final List<String> UNDO_HEADER = List.of("old_email", "new_email", "undo_of");

  private final Iterator<CsvRecord> records;
  private final int fields;
  private long last;

  FileLines(InputStream bytes) {
    this.records =
        CsvReader.builder()
            .maxBufferSize(LONGEST_LINE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .allowUnclosedQuote(false)
            .ofCsvRecord(new StrictUtf8(bytes))
            .iterator();
    List<String> header = records.hasNext() ? next(records).getFields() : List.of();
    if (!header.equals(HEADER) && !header.equals(UNDO_HEADER)) {
      throw new FileRefused(
          "line 1 is not the header; it must be old_email,new_email, and below it a line for each"
              + " change");
    }
    this.fields = header.size();
  }

  private CsvRecord next(Iterator<CsvRecord> from) {
    try {
      CsvRecord read = from.next();
      last = read.getStartingLineNumber();
      return read;
    } catch (CsvParseException wrong) {
      throw refused(wrong);
    }
  }

  private RuntimeException refused(CsvParseException wrong) {
    if (wrong.getCause() instanceof RuntimeException said) {
      return said; // by what reads the bytes
    }
    return new FileRefused(
        "what follows line %d is no CSV: a quote is not closed or closed too early, or the line is longer than %d characters"
            .formatted(last, LONGEST_LINE));
  }

  @Override
  public boolean hasNext() {
    try {
      return records.hasNext();
    } catch (CsvParseException wrong) {
      throw refused(wrong);
    }
  }

  @Override
  public FileLine next() {
    CsvRecord read = next(records);
    return FileLine.of(read.getStartingLineNumber(), read.getFields(), fields);
  }
}
