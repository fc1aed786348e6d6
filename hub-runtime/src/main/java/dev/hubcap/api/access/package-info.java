/**
 * Who may do what through HTTP. A bearer token says who asks; {@link dev.hubcap.api.access.Needs}
 * on each endpoint says which role it takes, and an endpoint without it is closed to everybody.
 * Start reading at {@link dev.hubcap.api.access.AccessConfiguration}.
 */
@NullMarked
package dev.hubcap.api.access;

import org.jspecify.annotations.NullMarked;
