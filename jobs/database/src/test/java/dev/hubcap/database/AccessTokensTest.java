package dev.hubcap.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.migrations.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
  void an_unknown_role_or_an_empty_name_is_refused() {
    assertThatThrownBy(() -> tokens.create("anna", "root"))
        .isInstanceOf(TokenRefused.class)
        .hasMessageContaining("viewer, an operator or an admin");
    assertThatThrownBy(() -> tokens.create(" ", "viewer")).isInstanceOf(TokenRefused.class);
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
