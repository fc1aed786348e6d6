package dev.hubcap.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.hubcap.TestCertificate;
import dev.hubcap.mail.MailServer.Answer;
import dev.hubcap.mail.SmtpSettings.Login;
import dev.hubcap.mail.SmtpSettings.Security;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmtpServerTest {

  private static final Mail MAIL =
      new Mail(
          1,
          "<notice-7@provider.example>",
          "anna@x.example",
          "One week left – täglich",
          "Hello,\n\nyour balance is $1.20 & falls.\nPay at https://pay.example/?a=1&b=2\n",
          0);

  private final GreenMail plain = new GreenMail(ServerSetup.SMTP.dynamicPort());
  private final GreenMail tls = new GreenMail(ServerSetup.SMTPS.dynamicPort());
  private final ScriptedSmtp scripted = new ScriptedSmtp();

  @AfterEach
  void stop() {
    plain.stop();
    tls.stop();
    scripted.close();
  }

  private static SmtpSettings settings(int port, Security security) {
    return new SmtpSettings(
        "127.0.0.1", port, security, Optional.empty(), "hubcap@provider.example", Map.of());
  }

  private Answer scripted() {
    return new SmtpServer(settings(scripted.port(), Security.NONE)).send(MAIL);
  }

  @Test
  void a_mail_arrives_as_it_was_written_as_text_and_as_html() throws Exception {
    plain.start();
    Answer answer = new SmtpServer(settings(plain.getSmtp().getPort(), Security.NONE)).send(MAIL);
    assertThat(answer).isEqualTo(new Answer.Accepted());

    MimeMessage arrived = plain.getReceivedMessages()[0];
    assertThat(arrived.getMessageID()).isEqualTo("<notice-7@provider.example>");
    assertThat(arrived.getSubject()).isEqualTo("One week left – täglich");
    assertThat(arrived.getHeader("Auto-Submitted")).containsExactly("auto-generated");
    assertThat(arrived.getFrom()[0]).hasToString("hubcap@provider.example");
    assertThat(((MimeMultipart) arrived.getContent()).getCount()).isPositive();
    var raw = new ByteArrayOutputStream();
    arrived.writeTo(raw);
    assertThat(raw.toString(StandardCharsets.UTF_8))
        .contains("text/plain", "text/html", "your balance is $1.20 & falls.")
        .contains("your balance is $1.20 &amp; falls.");
  }

  @Test
  void over_tls_with_a_login() {
    tls.setUser("hubcap", "secret");
    tls.getUserManager().setAuthRequired(true);
    tls.start();
    var settings =
        new SmtpSettings(
            "127.0.0.1",
            tls.getSmtps().getPort(),
            Security.TLS,
            Optional.of(new Login("hubcap", "secret")),
            "hubcap@provider.example",
            Map.of("mail.smtp.ssl.trust", "*", "mail.smtp.ssl.checkserveridentity", "false"));
    assertThat(new SmtpServer(settings).send(MAIL)).isEqualTo(new Answer.Accepted());
    assertThat(tls.getReceivedMessages()).hasSize(1);
  }

  @Test
  void a_certificate_that_nobody_vouches_for_is_no_server_to_give_a_mail_to() {
    tls.start();
    Answer answer = new SmtpServer(settings(tls.getSmtps().getPort(), Security.TLS)).send(MAIL);
    assertThat(answer).isInstanceOf(Answer.Unusable.class);
    assertThat(tls.getReceivedMessages()).isEmpty();
  }

  @Test
  void a_connection_is_made_private_by_starttls_before_anything_is_said(@TempDir Path folder)
      throws Exception {
    SSLContext context = TestCertificate.of("127.0.0.1", folder).context();
    scripted.offeringTls(context);
    var settings =
        new SmtpSettings(
            "127.0.0.1",
            scripted.port(),
            Security.STARTTLS,
            Optional.empty(),
            "hubcap@provider.example",
            Map.of("mail.smtp.ssl.trust", "*"));
    assertThat(new SmtpServer(settings).send(MAIL)).isEqualTo(new Answer.Accepted());
    assertThat(scripted.overTls()).contains("EHLO", "MAIL", "RCPT", "DATA");
    assertThat(scripted.received()).hasSize(1);
  }

  @Test
  void starttls_with_a_certificate_of_another_host_takes_no_mail(@TempDir Path folder)
      throws Exception {
    scripted.offeringTls(TestCertificate.of("other.example", folder).context());
    var settings =
        new SmtpSettings(
            "127.0.0.1",
            scripted.port(),
            Security.STARTTLS,
            Optional.empty(),
            "hubcap@provider.example",
            Map.of("mail.smtp.ssl.trust", "*"));
    assertThat(new SmtpServer(settings).send(MAIL)).isInstanceOf(Answer.Unusable.class);
    assertThat(scripted.received()).isEmpty();
  }

  @Test
  void without_starttls_nothing_is_said_in_the_clear() {
    plain.start();
    Answer answer =
        new SmtpServer(settings(plain.getSmtp().getPort(), Security.STARTTLS)).send(MAIL);
    assertThat(answer).isInstanceOf(Answer.Unusable.class);
    assertThat(answer.toString()).contains("STARTTLS");
    assertThat(plain.getReceivedMessages()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RCPT|550 no such user here|Refused",
        "RCPT|450 mailbox is busy|Deferred",
        "RCPT|552 mailbox is full|Refused",
        "DATA|451 not now|Deferred",
        "TEXT|554 looks like spam|Refused",
        "TEXT|452 no space|Deferred",
        "MAIL|550 not from you|Unusable",
        "CONNECT|421 too busy|Unusable",
        "TEXT||Deferred"
      })
  void what_the_server_says_decides(String command, String answer, String outcome) {
    scripted.answering(command, answer == null ? ScriptedSmtp.HANG_UP : answer);
    Answer got = scripted();
    assertThat(got.getClass().getSimpleName()).as(got.toString()).isEqualTo(outcome);
  }

  @Test
  void a_server_that_is_not_there_refuses_no_mail() {
    int port = scripted.port();
    scripted.close();
    assertThat(new SmtpServer(settings(port, Security.NONE)).send(MAIL))
        .isInstanceOf(Answer.Unusable.class)
        .asString()
        .contains("cannot be reached");
  }

  @Test
  void a_wrong_password_refuses_no_mail_and_is_not_told() {
    plain.setUser("hubcap", "secret");
    plain.getUserManager().setAuthRequired(true);
    plain.start();
    var settings =
        new SmtpSettings(
            "127.0.0.1",
            plain.getSmtp().getPort(),
            Security.NONE,
            Optional.of(new Login("hubcap", "planted-password")),
            "hubcap@provider.example",
            Map.of());
    assertThat(new SmtpServer(settings).send(MAIL))
        .isInstanceOf(Answer.Unusable.class)
        .asString()
        .doesNotContain("planted-password");
  }

  @Test
  void what_is_no_address_is_refused() {
    var bad = new Mail(1, "<x@y>", "anna@@x", "s", "b", 0);
    assertThat(new SmtpServer(settings(scripted.port(), Security.NONE)).send(bad))
        .isInstanceOf(Answer.Refused.class);
  }
}
