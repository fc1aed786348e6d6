package dev.hubcap.api.once;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A request whose whole body was read and can be read again. */
final class Body extends HttpServletRequestWrapper {

  private final byte[] bytes;

  Body(HttpServletRequest request, byte[] bytes) {
    super(request);
    this.bytes = bytes;
  }

  byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public ServletInputStream getInputStream() {
    return new Again(new ByteArrayInputStream(bytes));
  }

  @Override
  public BufferedReader getReader() {
    return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
  }

  private static final class Again extends ServletInputStream {

    private final ByteArrayInputStream source;

    private Again(ByteArrayInputStream source) {
      this.source = source;
    }

    @Override
    public int read() {
      return source.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      return source.read(target, offset, length);
    }

    @Override
    public boolean isFinished() {
      return source.available() == 0;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new UnsupportedOperationException("the body is in memory; read it");
    }
  }
}
