package dev.hubcap.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HtmlBodyTest {

  @Test
  void paragraphs_lines_and_links() {
    assertThat(HtmlBody.of("Hello,\n\npay here:\nhttps://pay.example/?a=1&b=2 soon\n"))
        .contains(
            "<p>Hello,</p>\n"
                + "<p>pay here:<br>\n"
                + "<a href=\"https://pay.example/?a=1&amp;b=2\">https://pay.example/?a=1&amp;b=2</a>"
                + " soon</p>");
  }

  @Test
  void nothing_of_a_customer_becomes_html() {
    assertThat(HtmlBody.of("<script>alert(\"x\")</script> https://x.example/\"onclick=\"y"))
        .contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;")
        .contains("<a href=\"https://x.example/\">https://x.example/</a>&quot;onclick");
  }
}
