/**
 * Changing the addresses of accounts, one or a hundred thousand. Start reading at {@link
 * dev.hubcap.accounts.email.BulkEmailChange}.
 */
@NullMarked
package dev.hubcap.accounts.email;

import org.jspecify.annotations.NullMarked;
