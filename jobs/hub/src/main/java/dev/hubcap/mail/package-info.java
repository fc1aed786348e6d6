/**
 * Mail: {@link dev.hubcap.mail.Outbox} takes it, the job {@link dev.hubcap.mail.SendMail} hands it
 * to a {@link dev.hubcap.mail.MailServer}, and {@link dev.hubcap.mail.OperatorNews} writes what
 * operators have to know.
 */
@NullMarked
package dev.hubcap.mail;

import org.jspecify.annotations.NullMarked;
