/**
 * Files of e-mail changes as people upload them: read strictly, line by line, and kept in the
 * database. Start reading at {@link dev.hubcap.accounts.email.file.EmailFiles}.
 */
@NullMarked
package dev.hubcap.accounts.email.file;

import org.jspecify.annotations.NullMarked;
