/** Where the hub starts: see {@link dev.hubcap.HubApplication}. */
@NullMarked
package dev.hubcap;

import org.jspecify.annotations.NullMarked;
