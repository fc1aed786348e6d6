package dev.hubcap.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A mail server that says what a test wants where a real one would say yes. */
final class ScriptedSmtp implements AutoCloseable {

  /** As an answer: the connection is cut without one. */
  static final String HANG_UP = "";

  private static final String NOTHING_MORE = "-";

  private final ServerSocket socket;
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<String> overTls = new CopyOnWriteArrayList<>();
  private volatile Optional<SSLContext> tls = Optional.empty();
  private final List<String> received = new CopyOnWriteArrayList<>();

  ScriptedSmtp() {
    try {
      socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    Thread.ofVirtual().start(this::serve);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** Answers a command so from now on; {@code TEXT} is the mail itself. */
  ScriptedSmtp answering(String command, String answer) {
    answers.put(command, answer);
    return this;
  }

  /** Offers STARTTLS, and has that certificate. */
  ScriptedSmtp offeringTls(SSLContext context) {
    tls = Optional.of(context);
    return answering("EHLO", "250-scripted\r\n250 STARTTLS");
  }

  /** The commands that came over TLS. */
  List<String> overTls() {
    return overTls;
  }

  /** The mails whose text has arrived, taken or not. */
  List<String> received() {
    return received;
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        talk(client, answers.getOrDefault("CONNECT", "220 scripted"));
      } catch (IOException hungUp) {
        // The next one.
      }
    }
  }

  private void talk(Socket client, String first) throws IOException {
    var in =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
    String answer = first;
    while (!answer.equals(HANG_UP)) {
      if (!answer.equals(NOTHING_MORE)) {
        client.getOutputStream().write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
      }
      String line = in.readLine();
      if (line == null) {
        return;
      }
      String command = line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
      if (client instanceof SSLSocket) {
        overTls.add(command);
      } else if (command.equals("STARTTLS") && tls.isPresent()) {
        client.getOutputStream().write("220 go on\r\n".getBytes(StandardCharsets.US_ASCII));
        talk(upgraded(client, tls.get()), NOTHING_MORE);
        return;
      }
      answer = answers.getOrDefault(command, command.equals("DATA") ? "354 go on" : "250 fine");
      if (command.equals("DATA") && answer.startsWith("354")) {
        client.getOutputStream().write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
        received.add(text(in));
        answer = answers.getOrDefault("TEXT", "250 taken");
      }
    }
  }

  private static SSLSocket upgraded(Socket client, SSLContext context) throws IOException {
    var upgraded =
        (SSLSocket) context.getSocketFactory().createSocket(client, null, client.getPort(), true);
    upgraded.setUseClientMode(false);
    return upgraded;
  }

  private static String text(BufferedReader in) throws IOException {
    var text = new StringBuilder();
    for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      text.append(line).append('\n');
    }
    return text.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
