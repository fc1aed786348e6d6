package dev.hubcap.database.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.database.DatabaseLogin;
import dev.hubcap.migrations.TestDatabase;
import java.io.StringWriter;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The provider's own statements, unchanged and in their order. */
class RunbookTest {

  private static final String CHANGE_OF_ADDRESS =
      """
      UPDATE accounts SET lower_case_email = 'new@email.address' WHERE email = 'old@email.address' ;
      UPDATE accounts SET email = 'new@email.address' WHERE email = 'old@email.address' ;
      UPDATE login_tokens SET email = 'new@email.address' WHERE email = 'old@email.address' ;
      UPDATE operations SET email = 'new@email.address' WHERE email = 'old@email.address' ;
      UPDATE payment_sessions SET email = 'new@email.address' WHERE email = 'old@email.address' ;
      UPDATE payments SET email = 'new@email.address' WHERE email = 'old@email.address' ;
      UPDATE ssh_public_keys SET email = 'new@email.address' WHERE email = 'old@email.address' ;
      UPDATE unresolved_btcpay_invoices SET email = 'new@email.address' WHERE email = 'old@email.address' ;
      UPDATE vm_ssh_authorized_key SET email = 'new@email.address' WHERE email = 'old@email.address' ;
      UPDATE vm_ssh_host_key SET email = 'new@email.address' WHERE email = 'old@email.address' ;
      UPDATE vms SET email = 'new@email.address' WHERE email = 'old@email.address' ;
      """;

  private final TestDatabase database = TestDatabase.create();

  @BeforeEach
  void theProvidersData() throws SQLException {
    try (var connection = database.asHub().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO accounts (email, lower_case_email) VALUES
            ('someone@example.org', 'someone@example.org'), ('old@email.address', 'old@email.address');
          INSERT INTO os_images VALUES ('debian12', 'debian12.qcow2', 'Debian 12', false);
          INSERT INTO vm_sizes VALUES ('f1-s', 7.50, 1024, 1, 1000, 25);
          INSERT INTO hosts VALUES ('baikal', 'spoke_baikal', 'active', NULL, 65536, 16, '1');
          INSERT INTO vms (id, email, os, size, host, requested_at, created, state)
            VALUES ('capsul-abcdefghi1', 'old@email.address', 'debian12', 'f1-s', 'baikal',
                    '2020-05-01 10:00:00Z', '2020-05-01 10:00:30.5Z', 'running');
          INSERT INTO login_tokens (email, token) VALUES ('old@email.address', 't');
          INSERT INTO ssh_public_keys (email, name, content) VALUES ('old@email.address', 'laptop', 'ssh-ed25519 A');
          INSERT INTO vm_ssh_authorized_key VALUES ('old@email.address', 'capsul-abcdefghi1', 'laptop');
          INSERT INTO vm_ssh_host_key VALUES ('old@email.address', 'capsul-abcdefghi1', 'ed25519', 'B', 'C');
          INSERT INTO payment_sessions VALUES ('invoice-1', 'old@email.address', 'btcpay', now(), 10);
          INSERT INTO unresolved_btcpay_invoices VALUES ('invoice-1', 'old@email.address', NULL);
          INSERT INTO operations (email, payload) VALUES ('old@email.address', '{}');
          INSERT INTO payments (email, created, dollars) VALUES ('someone@example.org', '2020-05-05 00:00:00Z', 20);
          INSERT INTO payments (email, dollars) VALUES ('old@email.address', 10);
          """);
    }
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void every_statement_of_the_runbook_prints_as_it_always_did() {
    String vm =
        "capsul-abcdefghi1, old@email.address, debian12, f1-s, baikal, 2020-05-01T10:00:00,"
            + " 2020-05-01T10:00:30.5, , , running, running, , \n";
    assertThat(sql("SELECT * FROM vms")).isEqualTo(vm);
    String[] printed =
        sql("SELECT string_agg(column_name::text, ', ') from information_schema.columns WHERE"
                + " table_name='vms'; SELECT * from vms")
            .split("\n", 2);
    assertThat(printed[0].split(", ")) // in whatever order PostgreSQL finds them
        .containsExactlyInAnyOrder(
            "id",
            "email",
            "os",
            "size",
            "host",
            "requested_at",
            "created",
            "deleted",
            "purge_after",
            "desired_state",
            "state",
            "public_ipv4",
            "last_seen_ipv6");
    assertThat(printed[1]).isEqualTo(vm);
    assertThat(sql("SELECT id, created, email, dollars, invalidated from payments"))
        .startsWith("1, 2020-05-05T00:00:00, someone@example.org, 20.00, FALSE\n");
    assertThat(sql("UPDATE payments SET invalidated = True WHERE id = 1"))
        .isEqualTo("1 rows affected.\n");
    assertThat(sql("SELECT invalidated FROM payments WHERE id = 1")).isEqualTo("TRUE\n");
  }

  @Test
  void the_eleven_updates_change_an_address_everywhere_in_their_order() {
    String printed = sql(CHANGE_OF_ADDRESS);

    assertThat(printed).isEqualTo("1 rows affected.\n".repeat(2) + "0 rows affected.\n".repeat(9));
    assertAddressChanged();
  }

  @Test
  void the_eleven_updates_also_work_one_by_one() {
    CHANGE_OF_ADDRESS.lines().forEach(this::sql);

    assertAddressChanged();
  }

  private void assertAddressChanged() {
    for (String table :
        new String[] {
          "accounts",
          "login_tokens",
          "operations",
          "payment_sessions",
          "payments",
          "ssh_public_keys",
          "unresolved_btcpay_invoices",
          "vm_ssh_authorized_key",
          "vm_ssh_host_key",
          "vms"
        }) {
      assertThat(sql("SELECT count(*) FROM " + table + " WHERE email = 'old@email.address'"))
          .as(table)
          .isEqualTo("0\n");
      assertThat(sql("SELECT count(*) FROM " + table + " WHERE email = 'new@email.address'"))
          .as(table)
          .isEqualTo("1\n");
    }
    assertThat(sql("SELECT lower_case_email FROM accounts WHERE email = 'new@email.address'"))
        .isEqualTo("new@email.address\n");
  }

  private String sql(String statements) {
    var out = new StringWriter();
    new SqlByHand(new DatabaseLogin(database.url(), database.username(), database.password()))
        .run(
            new SqlRequest(
                statements, SqlFormat.LINES, false, SqlRequest.USUAL_TIMEOUT, "anna", null),
            out);
    return out.toString();
  }
}
