package dev.hubcap.database.sql;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Refuses what would leave the one transaction or the hub's rights, or act in another's name. It
 * keeps slips away; it is no wall against somebody who knows the database's password: a DO block
 * may put any statement together from pieces.
 */
final class SqlGuard {

  private static final List<String> TRANSACTION =
      List.of("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE");

  /** What PostgreSQL itself will not run inside a transaction. */
  private static final List<List<String>> ALONE =
      List.of(
          List.of("VACUUM"),
          List.of("CREATE", "DATABASE"),
          List.of("DROP", "DATABASE"),
          List.of("CREATE", "TABLESPACE"),
          List.of("DROP", "TABLESPACE"),
          List.of("ALTER", "SYSTEM"),
          List.of("CREATE", "SUBSCRIPTION"),
          List.of("DROP", "SUBSCRIPTION"),
          List.of("REINDEX", "DATABASE"),
          List.of("REINDEX", "SYSTEM"),
          List.of("REINDEX", "SCHEMA"),
          List.of("DISCARD", "ALL"));

  /** What may set the role, at once or later, in words of its own. */
  private static final List<String> SETTERS = List.of("SET", "RESET", "DO", "CREATE", "ALTER");

  private static final Pattern SET_ROLE =
      Pattern.compile(
          "\\b(re)?set\\s+((local|session)\\s+)?"
              + "(role|\"role\"|session\\s+authorization|session_authorization)(?!\\w)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern SET_CONFIG_ROLE =
      Pattern.compile(
          "set_config\\s*\\(\\s*e?'(role|session_authorization)'", Pattern.CASE_INSENSITIVE);

  /** Who acts and why, as the triggers write it down. */
  private static final Pattern SET_OWN =
      Pattern.compile(
          "\\b(re)?set\\s+((local|session)\\s+)?\"?hubcap\"?\\s*\\.", Pattern.CASE_INSENSITIVE);

  private static final Pattern SET_CONFIG_OWN =
      Pattern.compile("set_config\\s*\\(\\s*e?'hubcap\\.", Pattern.CASE_INSENSITIVE);

  private SqlGuard() {}

  static void check(List<SqlStatement> statements) {
    if (statements.isEmpty()) {
      throw new SqlRefused("There is no statement; give one, for example 'SELECT * FROM vms'.");
    }
    statements.forEach(SqlGuard::check);
  }

  private static void check(SqlStatement statement) {
    String first = statement.words().isEmpty() ? "" : statement.words().getFirst();
    if (TRANSACTION.contains(first) || statement.begins("PREPARE", "TRANSACTION")) {
      throw refused(
          statement,
          "all statements run in one transaction, which is committed at the end and undone by any"
              + " error; leave it out");
    }
    if (statement.begins("SET", "TRANSACTION")
        || statement.begins("SET", "SESSION", "CHARACTERISTICS")) {
      throw refused(statement, "the transaction is ours; use --read-only to refuse changes");
    }
    if (ALONE.stream().anyMatch(words -> statement.begins(words.toArray(String[]::new)))
        || isConcurrently(statement)
        || isMoveOfDatabase(statement)
        || statement.words().equals(List.of("CLUSTER"))) {
      throw refused(
          statement, "it cannot run in a transaction; let a database administrator run it in psql");
    }
    if (SET_CONFIG_ROLE.matcher(statement.text()).find()
        || (SETTERS.contains(first) && SET_ROLE.matcher(statement.text()).find())) {
      throw refused(
          statement, "SQL by hand keeps the hub's rights, so that history stays append-only");
    }
    if (SET_CONFIG_OWN.matcher(statement.text()).find()
        || (SETTERS.contains(first) && SET_OWN.matcher(statement.text()).find())) {
      throw refused(
          statement, "who acts is known from your login, and why is said with --reason TEXT");
    }
    if (first.equals("COPY")
        && (statement.words().contains("STDIN") || statement.words().contains("STDOUT"))) {
      throw refused(
          statement, "there is no stream to copy; use SELECT with --format csv, or INSERT");
    }
  }

  private static boolean isConcurrently(SqlStatement statement) {
    return statement.words().contains("CONCURRENTLY")
        && (statement.begins("CREATE") || statement.begins("DROP") || statement.begins("REINDEX"));
  }

  private static boolean isMoveOfDatabase(SqlStatement statement) {
    return statement.begins("ALTER", "DATABASE") && statement.words().contains("TABLESPACE");
  }

  private static SqlRefused refused(SqlStatement statement, String why) {
    String start = String.join(" ", statement.words().stream().limit(3).toList());
    return new SqlRefused("'%s' is not possible here: %s.".formatted(start, why));
  }
}
