package dev.hubcap.spoke;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;

/** Cuts a connection between a commit and its answer. */
final class LostAnswers {

  private static final String NONE = "";

  private final AtomicReference<String> next = new AtomicReference<>(NONE);

  /** Loses the answer to the next statement that has this text in it. */
  void loseNext(String text) {
    next.set(text);
  }

  Connection of(Connection connection) {
    return proxy(
        Connection.class,
        (proxy, method, arguments) -> {
          Object made = method.invoke(connection, arguments);
          return made instanceof PreparedStatement statement && arguments[0] instanceof String sql
              ? statement(statement, sql, connection)
              : made;
        });
  }

  private PreparedStatement statement(PreparedStatement statement, String sql, Connection line) {
    return proxy(
        PreparedStatement.class,
        (proxy, method, arguments) -> {
          Object answer = method.invoke(statement, arguments);
          String lost = next.get();
          if (method.getName().equals("executeQuery")
              && !lost.isEmpty()
              && sql.contains(lost)
              && next.compareAndSet(lost, NONE)) {
            line.close();
            throw new SQLException("the connection broke", "08006");
          }
          return answer;
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                return handler.invoke(proxy, method, arguments);
              } catch (InvocationTargetException failed) {
                throw failed.getCause();
              }
            }));
  }
}
