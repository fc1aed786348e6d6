/** Files of e-mail changes: their upload, and what runs made of them. */
@NullMarked
package dev.hubcap.api.email;

import org.jspecify.annotations.NullMarked;
