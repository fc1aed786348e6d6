package dev.hubcap.accounts.email.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads UTF-8 and refuses everything else with its line, which the JDK's own reader cannot name. A
 * byte order mark at the start is passed over.
 */
final class StrictUtf8 extends Reader {

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final InputStream source;
  private final ByteBuffer bytes = ByteBuffer.allocate(8192).flip();
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private boolean atStart = true;
  private boolean atEnd;
  private boolean behindReturn;
  private char secondOfPair;
  private long line = 1;

  StrictUtf8(InputStream source) {
    this.source = source;
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (secondOfPair != 0) {
      target[offset] = secondOfPair;
      secondOfPair = 0;
      return 1;
    }
    CharBuffer chars = CharBuffer.wrap(target, offset, length);
    while (true) {
      CoderResult result = decoder.decode(bytes, chars, atEnd);
      int read = withoutMark(target, offset, chars.position() - offset);
      if (read > 0) {
        count(target, offset, read);
        return read;
      }
      chars = CharBuffer.wrap(target, offset, length);
      if (result.isError()) {
        throw new FileRefused("line %d is not UTF-8; save the file as UTF-8".formatted(line));
      }
      if (result.isOverflow()) {
        return firstOfPair(target, offset);
      }
      if (atEnd) {
        return -1;
      }
      fill();
    }
  }

  /** Where there is room for one char only, a surrogate pair comes in two calls. */
  private int firstOfPair(char[] target, int offset) {
    CharBuffer pair = CharBuffer.allocate(2);
    decoder.decode(bytes, pair, atEnd);
    target[offset] = pair.get(0);
    secondOfPair = pair.get(1);
    return 1;
  }

  private int withoutMark(char[] target, int offset, int read) {
    if (!atStart || read == 0) {
      return read;
    }
    atStart = false;
    if (target[offset] != BYTE_ORDER_MARK) {
      return read;
    }
    System.arraycopy(target, offset + 1, target, offset, read - 1);
    return read - 1;
  }

  private void count(char[] target, int offset, int read) {
    for (int i = offset; i < offset + read; i++) {
      if (target[i] == '\r' || (target[i] == '\n' && !behindReturn)) {
        line++;
      }
      behindReturn = target[i] == '\r';
    }
  }

  private void fill() throws IOException {
    bytes.compact();
    int read = source.read(bytes.array(), bytes.position(), bytes.remaining());
    atEnd = read < 0;
    bytes.position(bytes.position() + Math.max(0, read)).flip();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
