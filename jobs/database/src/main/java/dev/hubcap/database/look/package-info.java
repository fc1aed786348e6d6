/**
 * What the database tells about the hub, for whoever asks while no hub answers. Reads only; begin
 * with {@link dev.hubcap.database.look.DatabaseLook}.
 */
@NullMarked
package dev.hubcap.database.look;

import org.jspecify.annotations.NullMarked;
