package dev.hubcap.spoke;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hubcap.spoke.settings.SpokeRefused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** {@code /actuator/health} and {@code /actuator/prometheus}, on loopback only. */
final class SpokeHttp implements AutoCloseable {

  private final HttpServer server;

  /**
   * Begins to serve.
   *
   * @param port 0 for any
   * @param trouble what keeps the spoke from working; empty if nothing does
   * @throws SpokeRefused if the port is taken
   */
  SpokeHttp(int port, Supplier<String> trouble, Supplier<String> metrics) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
    } catch (IOException taken) {
      throw new SpokeRefused(
          "Port %d of loopback cannot be used for health and metrics (%s); set hubcap.spoke.port."
              .formatted(port, taken.getMessage()),
          taken);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/actuator/health", exchange -> health(exchange, trouble.get()));
    server.createContext(
        "/actuator/prometheus",
        exchange ->
            answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.get()));
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private static void health(HttpExchange exchange, String trouble) throws IOException {
    boolean up = trouble.isEmpty();
    // What the trouble is stands in the log: health is open to whoever is on this machine.
    answer(
        exchange,
        up ? 200 : 503,
        "application/json",
        "{\"status\":\"" + (up ? "UP" : "DOWN") + "\"}");
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
