package dev.hubcap.btcpay.greenfield;

import java.net.URI;

/**
 * Where a store's BTCPay answers, and what lets us in.
 *
 * @param url of the server, http or https, without a query
 * @param store the store's id
 * @param apiKey may view the store's invoices and create them; never shown
 */
public record GreenfieldServer(URI url, String store, String apiKey) {

  public GreenfieldServer {
    String scheme = String.valueOf(url.getScheme());
    if (!(scheme.equals("http") || scheme.equals("https"))
        || url.getHost() == null
        || url.getUserInfo() != null
        || url.getQuery() != null
        || url.getFragment() != null) {
      throw new IllegalArgumentException(
          "'%s' is no URL of a server; one like https://btcpay.example.org is possible"
              .formatted(url.toString().contains("@") ? "the value" : url));
    }
    if (!store.matches("[A-Za-z0-9_-]{1,100}")) {
      throw new IllegalArgumentException(
          "'%s' is no id of a store; letters and digits are possible".formatted(store));
    }
    if (!apiKey.matches("[\\x21-\\x7e]{1,500}")) {
      throw new IllegalArgumentException("the API key is empty or has characters no key has");
    }
  }

  /** The server's name, for people. */
  public String name() {
    return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
  }

  /** Without the API key. */
  @Override
  public String toString() {
    return "store %s at %s".formatted(store, url);
  }
}
