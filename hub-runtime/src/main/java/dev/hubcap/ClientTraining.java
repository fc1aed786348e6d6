package dev.hubcap;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows the JDK what a command does, so that it can keep loaded classes in its AOT cache. The
 * commands talk to a server of this process that knows one answer; what they print is of no use.
 */
final class ClientTraining {

  private static final byte[] ANSWER =
      """
      {"items":[{"id":1,"name":"training","job":"training","status":"completed","summary":null}],"nextCursor":null,
       "name":"training","role":"viewer","version":"","leader":true}
      """
          .getBytes(StandardCharsets.UTF_8);

  private ClientTraining() {}

  public static void main(String[] args) throws Throwable {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", ClientTraining::answer);
    server.start();
    Path token = Files.createTempFile("hubcap", ".token");
    try {
      Files.writeString(token, "training");
      var url = "http://127.0.0.1:" + server.getAddress().getPort();
      train(List.of("--server", url, "--token-file", token.toString()));
    } finally {
      Files.delete(token);
      server.stop(0);
    }
  }

  private static void train(List<String> options) throws Throwable {
    for (String command :
        List.of("version", "jobs list", "runs list", "missed list", "logs 1", "jobz")) {
      var line = new ArrayList<>(List.of(command.split(" ", -1)));
      line.addAll(options);
      Hubcap.run(line.toArray(String[]::new));
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, ANSWER.length);
      exchange.getResponseBody().write(ANSWER);
    }
  }
}
