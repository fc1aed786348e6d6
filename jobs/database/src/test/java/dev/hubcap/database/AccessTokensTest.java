package dev.hubcap.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.migrations.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokensTest {

  private final TestDatabase database = TestDatabase.create();
  private final AccessTokens tokens = new AccessTokens(database.asHub());

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void a_secret_opens_until_it_is_revoked() {
    String secret = tokens.create("anna", "operator", new AccessTokens.By("root", "new colleague"));
    AccessToken found = tokens.find(secret).orElseThrow();

    assertThat(found.name()).isEqualTo("anna");
    assertThat(found.role()).isEqualTo("operator");
    assertThat(tokens.find(secret + "x")).isEmpty();
    assertThat(tokens.revoke(found.id(), new AccessTokens.By("root", null))).isTrue();
    assertThat(tokens.revoke(found.id(), new AccessTokens.By("root", null))).isFalse();
    assertThat(tokens.find(secret)).isEmpty();
    assertThat(tokens.list()).singleElement().extracting(AccessToken::revoked).isNotNull();
  }

  @Test
  void a_name_is_free_again_once_its_token_is_revoked() {
    String first = tokens.create("anna", "viewer");
    assertThatThrownBy(() -> tokens.create("anna", "admin"))
        .isInstanceOf(TokenRefused.class)
        .hasMessageContaining("'anna' is in force");
    tokens.revoke(tokens.find(first).orElseThrow().id());
    assertThat(tokens.create("anna", "admin")).isNotEqualTo(first);
  }

  @Test
  void a_name_is_stripped_so_that_no_two_look_the_same() {
    String secret = tokens.create(" J\u00fcrgen K. ", "viewer");
    assertThat(tokens.find(secret).orElseThrow().name()).isEqualTo("J\u00fcrgen K.");
    assertThatThrownBy(() -> tokens.create("J\u00fcrgen K.\t", "viewer"))
        .isInstanceOf(TokenRefused.class)
        .hasMessageContaining("is in force");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "x\ny", "x\ty", "x\u0000", "x\u200by", "x\u00a0y", "\u202ex"})
  void a_name_with_other_than_printable_characters_is_refused(String name) {
    assertThatThrownBy(() -> tokens.create(name, "viewer"))
        .isInstanceOf(TokenRefused.class)
        .hasMessageContaining("1 to 200 printable characters");
    assertThat(tokens.list()).isEmpty();
  }

  @Test
  void an_unknown_role_is_refused() {
    assertThatThrownBy(() -> tokens.create("anna", "root"))
        .isInstanceOf(TokenRefused.class)
        .hasMessageContaining("viewer, an operator or an admin");
    assertThat(tokens.list()).isEmpty();
  }

  @Test
  void the_secret_is_nowhere_in_the_database_and_both_acts_are_audited() throws SQLException {
    String secret = tokens.create("anna", "operator", new AccessTokens.By("root", "new colleague"));
    tokens.revoke(tokens.find(secret).orElseThrow().id());

    assertThat(column("SELECT t::text FROM tokens t")).noneMatch(row -> row.contains(secret));
    assertThat(column("SELECT e::text FROM audit.events e")).noneMatch(row -> row.contains(secret));
    assertThat(column("SELECT actor || ' ' || action FROM audit.events ORDER BY id"))
        .containsExactly("root token created", database.username() + " token revoked");
  }

  private List<String> column(String sql) throws SQLException {
    try (var connection = database.asOwner().getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }
}
