/** Tests of the HTTP interface, over HTTP. */
@NullMarked
package dev.hubcap.api;

import org.jspecify.annotations.NullMarked;
