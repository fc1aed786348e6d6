package dev.hubcap.dunning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NoticeTemplatesTest {

  private static final Map<String, String> VALUES =
      Map.of(
          "account", "anna+1@x.example",
          "balance", "-1.20",
          "balance_in_a_week", "-3.00",
          "delete_below", "-10.00",
          "vms", "capsul-0000000001",
          "kept_until", "2026-12-01");

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void every_notice_has_a_subject_and_a_text_with_nothing_left_open(NoticeKind kind) {
    NoticeTemplates.Letter letter =
        NoticeTemplates.load(Optional.empty(), "https://pay.example").letter(kind, VALUES);
    assertThat(letter.subject()).isNotBlank().doesNotContain("\n");
    assertThat(letter.text())
        .contains("anna+1@x.example", "https://pay.example")
        .doesNotContain("{{");
  }

  @Test
  void a_line_without_its_value_is_left_out() {
    assertThat(NoticeTemplates.load(Optional.empty(), "").letter(NoticeKind.ZERO_1W, VALUES).text())
        .doesNotContain("To add to it")
        .contains("Running VMs: capsul-0000000001");
  }

  @Test
  void a_providers_own_text_takes_the_place_of_the_one_that_ships() throws IOException {
    Files.writeString(
        folder.resolve("zero_now.txt"), "Empty: ${{balance}}\n\nDear {{account}}, {{vms}}$1\n");
    NoticeTemplates.Letter letter =
        NoticeTemplates.load(Optional.of(folder), "").letter(NoticeKind.ZERO_NOW, VALUES);
    assertThat(letter)
        .isEqualTo(
            new NoticeTemplates.Letter(
                "Empty: $-1.20", "Dear anna+1@x.example, capsul-0000000001$1\n"));
  }

  @Test
  void a_text_with_an_unknown_name_or_without_a_subject_is_refused() throws IOException {
    Files.writeString(folder.resolve("zero_now.txt"), "Empty\n\nDear {{name}}\n");
    assertThatThrownBy(() -> NoticeTemplates.load(Optional.of(folder), ""))
        .hasMessageContainingAll("zero_now.txt has {{name}}; known are account, balance,");
    Files.writeString(folder.resolve("zero_now.txt"), "Dear {{account}}\nno subject\n");
    assertThatThrownBy(() -> NoticeTemplates.load(Optional.of(folder), ""))
        .hasMessageContaining("must begin with a line that is the subject");
  }

  @Test
  void the_address_in_the_link_is_encoded() {
    assertThat(
            NoticeTemplates.load(Optional.empty(), "https://pay.example/?who={{account}}")
                .letter(NoticeKind.ZERO_1D, VALUES)
                .text())
        .contains("https://pay.example/?who=anna%2B1%40x.example");
  }
}
