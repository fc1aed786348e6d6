package dev.hubcap.accounts.email;

import dev.hubcap.run.RunFailed;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The columns that hold accounts' addresses, found in the catalogue each time, so that a table that
 * somebody adds is never forgotten: those that refer to {@code accounts (email)}, directly or
 * through another table, and those that are called {@code email}.
 */
final class EmailColumns {

  /** A trigger's type has the bit 16 if it fires on UPDATE. */
  private static final String FOUND =
      """
      WITH RECURSIVE reference AS (
        SELECT k.conrelid AS child, k.conkey[p.nth] AS child_column, k.confrelid AS parent, k.confkey[p.nth] AS parent_column,
               k.confupdtype = 'c' AS follows
        FROM pg_constraint k CROSS JOIN generate_subscripts(k.conkey, 1) p (nth)
        WHERE k.contype = 'f'
      ), following AS (
        SELECT a.attrelid AS relation, a.attnum AS number
        FROM pg_attribute a WHERE a.attrelid = 'public.accounts'::regclass AND a.attname = 'email'
        UNION
        SELECT r.child, r.child_column
        FROM following f JOIN reference r ON r.parent = f.relation AND r.parent_column = f.number AND r.follows
      ), other AS (
        SELECT a.attrelid AS relation, a.attnum AS number
        FROM pg_attribute a
        JOIN pg_type t ON t.oid = a.atttypid AND t.typcategory = 'S'
        WHERE a.attname = 'email' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        UNION
        SELECT r.child, r.child_column
        FROM following f JOIN reference r ON r.parent = f.relation AND r.parent_column = f.number
        EXCEPT
        SELECT f.relation, f.number FROM following f
      ), led AS (
        SELECT r.child AS relation, r.child_column AS number
        FROM other o JOIN reference r ON r.parent = o.relation AND r.parent_column = o.number AND r.follows
        UNION
        SELECT r.child, r.child_column
        FROM led l JOIN reference r ON r.parent = l.relation AND r.parent_column = l.number AND r.follows
      ), known AS (
        SELECT f.relation, f.number, true AS follows FROM following f
        UNION ALL
        SELECT o.relation, o.number,
               EXISTS (SELECT FROM led l WHERE l.relation = o.relation AND l.number = o.number) FROM other o
      )
      SELECT format('%I.%I', n.nspname, c.relname) AS quoted_table, quote_ident(a.attname) AS quoted_column,
             CASE n.nspname WHEN 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END
               || CASE a.attname WHEN 'email' THEN '' ELSE '.' || a.attname END AS name,
             c.oid = 'public.accounts'::regclass AS accounts, k.follows,
             EXISTS (SELECT FROM pg_trigger g JOIN pg_proc f ON f.oid = g.tgfoid
                     WHERE g.tgrelid = c.oid AND f.proname = 'refuse_change' AND g.tgtype & 16 <> 0) AS append_only
      FROM known k
      JOIN pg_class c ON c.oid = k.relation AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
      JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
      JOIN pg_attribute a ON a.attrelid = k.relation AND a.attnum = k.number
      ORDER BY accounts DESC, name
      """;

  private final List<Column> all;

  /**
   * A column.
   *
   * @param name of its table, with the column's own if that is not {@code email}
   * @param follows whether the database changes it by itself when an account's address changes
   * @param appendOnly whether its table refuses changes
   */
  record Column(
      String quotedTable,
      String quotedColumn,
      String name,
      boolean accounts,
      boolean follows,
      boolean appendOnly) {

    /** Whether it keeps the addresses of its time, as history does. */
    boolean stays() {
      return appendOnly && !follows;
    }
  }

  private EmailColumns(List<Column> all) {
    this.all = all;
  }

  /** Looks them up. */
  static EmailColumns in(JdbcClient jdbc) {
    List<Column> found =
        jdbc.sql(FOUND)
            .query(
                (row, nth) ->
                    new Column(
                        row.getString("quoted_table"),
                        row.getString("quoted_column"),
                        row.getString("name"),
                        row.getBoolean("accounts"),
                        row.getBoolean("follows"),
                        row.getBoolean("append_only")))
            .list();
    String stuck =
        found.stream()
            .filter(column -> column.appendOnly() && column.follows())
            .map(Column::name)
            .collect(Collectors.joining(", "));
    if (!stuck.isEmpty()) {
      throw new RunFailed(
          "table %s refuses changes and refers to accounts (email), so no address could change; drop that reference"
              .formatted(stuck));
    }
    return new EmailColumns(found);
  }

  /** Those that change, accounts first. */
  List<Column> changing() {
    return all.stream().filter(column -> !column.stays()).toList();
  }

  /**
   * Changes addresses everywhere, in one statement: keys are checked at its end, so that also a
   * column whose foreign key does not follow can go together with its account. Takes the arrays
   * {@code was}, {@code becomes} and {@code lower}; counts the accounts.
   */
  String update() {
    Stream<String> others =
        changing().stream()
            .filter(column -> !column.follows())
            .map(
                column ->
                    "UPDATE %1$s t SET %2$s = m.becomes FROM m WHERE t.%2$s = m.was"
                        .formatted(column.quotedTable(), column.quotedColumn()));
    List<String> statements = others.toList();
    var sql =
        new StringBuilder(
            """
            WITH m AS (SELECT * FROM unnest(:was::text[], :becomes::text[], :lower::text[]) m (was, becomes, lower))
            """);
    for (int nth = 0; nth < statements.size(); nth++) {
      sql.append(", other_%d AS (%s)%n".formatted(nth, statements.get(nth)));
    }
    return sql.append(
            """
            UPDATE accounts a SET email = m.becomes, lower_case_email = m.lower FROM m WHERE a.email = m.was
            """)
        .toString();
  }
}
