package dev.hubcap.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.MimeMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.springframework.mail.MailException;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.mail.javamail.MimeMessageHelper;

/** A mail server that speaks SMTP. */
public final class SmtpServer implements MailServer {

  private static final String PATIENCE_MILLIS = "20000";

  private final SmtpSettings settings;
  private final JavaMailSenderImpl sender = new JavaMailSenderImpl();

  public SmtpServer(SmtpSettings settings) {
    this.settings = settings;
    sender.setHost(settings.host());
    sender.setPort(settings.port());
    settings
        .login()
        .ifPresent(
            login -> {
              sender.setUsername(login.username());
              sender.setPassword(login.password());
            });
    sender.setJavaMailProperties(properties(settings));
  }

  private static Properties properties(SmtpSettings settings) {
    var properties = new Properties();
    properties.setProperty("mail.smtp.auth", Boolean.toString(settings.login().isPresent()));
    properties.setProperty("mail.smtp.connectiontimeout", PATIENCE_MILLIS);
    properties.setProperty("mail.smtp.timeout", PATIENCE_MILLIS);
    properties.setProperty("mail.smtp.writetimeout", PATIENCE_MILLIS);
    properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
    switch (settings.security()) {
      case STARTTLS -> {
        properties.setProperty("mail.smtp.starttls.enable", "true");
        properties.setProperty("mail.smtp.starttls.required", "true");
      }
      case TLS -> properties.setProperty("mail.smtp.ssl.enable", "true");
      case NONE -> {}
    }
    properties.putAll(settings.more());
    return properties;
  }

  @Override
  public Answer send(Mail mail) {
    try {
      sender.send(message(mail));
      return new Answer.Accepted();
    } catch (AddressException bad) {
      return new Answer.Refused("the address is none: " + bad.getMessage());
    } catch (MailSendException failed) {
      return answer(failed);
    } catch (MailException refused) {
      return new Answer.Unusable(settings.host() + ": " + refused.getMessage());
    } catch (MessagingException unwritable) {
      return new Answer.Refused("it cannot be written: " + unwritable.getMessage());
    }
  }

  private MimeMessage message(Mail mail) throws MessagingException {
    MimeMessage message = sender.createMimeMessage();
    message.setHeader("Message-ID", mail.messageId());
    message.setHeader("Auto-Submitted", "auto-generated");
    var helper =
        new MimeMessageHelper(message, MimeMessageHelper.MULTIPART_MODE_MIXED_RELATED, "UTF-8");
    helper.setValidateAddresses(true);
    helper.setFrom(settings.from());
    helper.setTo(mail.recipient());
    helper.setSubject(mail.subject());
    helper.setText(mail.body(), HtmlBody.of(mail.body()));
    return message;
  }

  private Answer answer(MailSendException failed) {
    // That no mail could be tried is what Spring gives as the failure of each of them; that the
    // connection could not be closed in order either, it gives beside the mail's own.
    if (failed.getCause() instanceof Exception away
        && List.of(failed.getMessageExceptions()).contains(away)) {
      return new Answer.Unusable("%s cannot be reached: %s".formatted(settings.host(), said(away)));
    }
    List<Exception> causes = causes(failed);
    for (Exception cause : causes) {
      switch (cause) {
        case SMTPAddressFailedException address -> {
          return byCode(address.getReturnCode(), said(address));
        }
        case SMTPSenderFailedException sender -> {
          return new Answer.Unusable(
              "%s does not take mail from %s: %s"
                  .formatted(settings.host(), settings.from(), said(sender)));
        }
        default -> {
          // Look further: what says most is inside.
        }
      }
    }
    for (Exception cause : causes) {
      if (cause instanceof SMTPSendFailedException refused) {
        return byCode(refused.getReturnCode(), said(refused));
      }
    }
    return new Answer.Deferred(said(causes.getLast()));
  }

  private static Answer byCode(int code, String said) {
    return code >= 500 ? new Answer.Refused(said) : new Answer.Deferred(said);
  }

  /** Everything that is behind a failure, the way Jakarta Mail chains it. */
  private static List<Exception> causes(MailSendException failed) {
    var all = new ArrayList<Exception>();
    for (Exception each : failed.getMessageExceptions()) {
      chain(each, all);
    }
    if (all.isEmpty()) {
      all.add(failed);
    }
    return all;
  }

  private static void chain(Exception first, List<Exception> into) {
    Exception next = first;
    while (next != null && !into.contains(next)) {
      into.add(next);
      next = next instanceof MessagingException mail ? mail.getNextException() : null;
    }
  }

  private static String said(Exception cause) {
    String message = String.valueOf(cause.getMessage()).strip();
    return message.lines().findFirst().orElse(cause.getClass().getSimpleName());
  }
}
