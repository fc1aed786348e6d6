package dev.hubcap.btcpay;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hubcap.btcpay.greenfield.GreenfieldServer;
import dev.hubcap.btcpay.simulated.SimulatedBtcpay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The simulated BTCPay behind HTTP, held to its contract in both directions, and able to fail in
 * the ways that real servers do.
 */
public final class TestBtcpay implements AutoCloseable {

  public static final String STORE = "StoreOfTests";
  public static final String KEY = "key-of-tests";

  private static final Contract CONTRACT = new Contract();

  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger mostInFlight = new AtomicInteger();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> violations = new CopyOnWriteArrayList<>();
  private volatile SimulatedBtcpay store;
  private volatile Trouble trouble = exchange -> false;

  /** What goes wrong. */
  @FunctionalInterface
  public interface Trouble {

    /** Whether it took care of the request itself. */
    boolean handles(HttpExchange exchange) throws IOException;

    /** Every request gets that status. */
    static Trouble status(int status, String... headers) {
      return exchange -> {
        for (int at = 0; at < headers.length; at += 2) {
          exchange.getResponseHeaders().set(headers[at], headers[at + 1]);
        }
        exchange.sendResponseHeaders(status, -1);
        return true;
      };
    }

    /** Every request gets that body, of that type, with that status. */
    static Trouble body(int status, String type, String body) {
      return exchange -> {
        exchange.getResponseHeaders().set("Content-Type", type);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        return true;
      };
    }

    /** Only where the path contains that. */
    default Trouble where(String part) {
      return exchange -> exchange.getRequestURI().getPath().contains(part) && handles(exchange);
    }
  }

  public TestBtcpay(InstantSource clock) {
    this.store = new SimulatedBtcpay(STORE, KEY, clock);
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException noPort) {
      throw new UncheckedIOException(noPort);
    }
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  public GreenfieldServer server() {
    return new GreenfieldServer(
        URI.create("http://127.0.0.1:" + http.getAddress().getPort()), STORE, KEY);
  }

  public SimulatedBtcpay store() {
    return store;
  }

  public void becomes(SimulatedBtcpay other) {
    store = other;
  }

  public void has(Trouble now) {
    trouble = now;
  }

  public void recovers() {
    trouble = exchange -> false;
  }

  /** The methods and paths that were asked for, in order. */
  public List<String> requests() {
    return requests;
  }

  public int mostInFlight() {
    return mostInFlight.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      if (!inTrouble(exchange)) {
        answer(exchange);
      }
    } catch (RuntimeException | Error broken) {
      violations.add(broken.toString());
      throw broken;
    }
  }

  /** Counted while it lasts, which is before an answer lets the client ask for more. */
  private boolean inTrouble(HttpExchange exchange) throws IOException {
    mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    try {
      return trouble.handles(exchange);
    } finally {
      inFlight.decrementAndGet();
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    URI uri = server().url().resolve(exchange.getRequestURI());
    SimulatedBtcpay.Answer answer =
        store.answer(exchange.getRequestMethod(), uri, Optional.ofNullable(authorization), body);
    violations.addAll(
        CONTRACT.violations(exchange.getRequestMethod(), uri, authorization, body, answer));
    String json = answer.json();
    if (json == null) {
      exchange.sendResponseHeaders(answer.status(), -1);
    } else {
      Trouble.body(answer.status(), "application/json", json).handles(exchange);
    }
  }

  /** Fails if anything was asked or answered that the documents do not allow. */
  @Override
  public void close() {
    http.stop(0);
    threads.close();
    assertThat(violations).isEmpty();
  }
}
