/**
 * Lists in pages. A page goes on from the last key that it showed, so that rows inserted meanwhile
 * neither repeat nor hide others.
 */
@NullMarked
package dev.hubcap.api.page;

import org.jspecify.annotations.NullMarked;
