package dev.hubcap.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hubcap.cli.render.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/** A hub that answers what a test tells it, and calls of the command against it. */
final class FakeHub implements AutoCloseable {

  private final HttpServer server;
  private final Map<String, Queue<Answer>> answers = new ConcurrentHashMap<>();
  final List<String> tokens = Collections.synchronizedList(new ArrayList<>());
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /**
   * What it answers.
   *
   * @param missing bytes that are announced and never come: the connection ends before
   * @param stays whether the connection is kept open
   */
  record Answer(int status, String type, String body, int missing, boolean stays) {}

  record Called(int exit, String out, String err) {}

  FakeHub() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  FakeHub on(String request, int status, String json) {
    return on(request, new Answer(status, "application/json", json, 0, false));
  }

  FakeHub stream(String request, String events, boolean stays) {
    return on(request, new Answer(200, "text/event-stream", events, 0, stays));
  }

  FakeHub file(String request, String text) {
    return on(request, new Answer(200, "text/csv", text, 0, false));
  }

  /** A file of which the connection ends before its last bytes. */
  FakeHub fileCutOff(String request, String text) {
    return on(request, new Answer(200, "text/csv", text, 100, false));
  }

  private FakeHub on(String request, Answer answer) {
    answers.computeIfAbsent(request, key -> new ArrayDeque<>()).add(answer);
    return this;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    String last = exchange.getRequestHeaders().getFirst("Last-Event-ID");
    requests.add(
        request + (body.isEmpty() ? "" : " " + body) + (last == null ? "" : " after " + last));
    Queue<Answer> queue = answers.getOrDefault(request.replace("/api/v1", ""), new ArrayDeque<>());
    Answer known = queue.size() > 1 ? queue.remove() : queue.peek();
    Answer answer =
        known == null
            ? new Answer(
                404, "application/json", "{\"detail\":\"no " + request + "\",\"exit\":4}", 0, false)
            : known;
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    long announced = answer.missing() == 0 ? 0 : bytes.length + answer.missing();
    exchange.sendResponseHeaders(answer.status(), answer.status() == 204 ? -1 : announced);
    if (answer.status() != 204) {
      exchange.getResponseBody().write(bytes);
      exchange.getResponseBody().flush();
    }
    if (!answer.stays()) {
      exchange.close();
    }
  }

  Called call(String... args) {
    return call("", false, args);
  }

  Called call(String typed, boolean interactive, String... args) {
    return call(env("HUBCAP_TOKEN", "secret"), typed, interactive, args);
  }

  /** An environment that leads here, with one more variable. */
  Map<String, String> env(String name, String value) {
    var env = new HashMap<>(Map.of("HUBCAP_SERVER", url(), "HUBCAP_TOKEN", "secret"));
    env.put(name, value);
    return env;
  }

  static Called call(Map<String, String> env, String typed, boolean interactive, String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var all = new HashMap<String, String>(Map.of("HUBCAP_HOME", "target/no-such-home"));
    all.putAll(env);
    var terminal =
        new Terminal(
            new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            interactive);
    int exit = CommandLineClient.run(args, all, terminal);
    return new Called(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
