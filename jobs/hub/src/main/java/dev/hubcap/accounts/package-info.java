/** Accounts: money that a person enters or takes back, holds, and statements. */
@NullMarked
package dev.hubcap.accounts;

import org.jspecify.annotations.NullMarked;
