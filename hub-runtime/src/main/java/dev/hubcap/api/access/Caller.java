package dev.hubcap.api.access;

import dev.hubcap.api.once.KeyOwner;
import dev.hubcap.launch.Actor;
import dev.hubcap.launch.Role;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** The authenticated caller of a request, with an authority for each role that his includes. */
public final class Caller extends AbstractAuthenticationToken implements KeyOwner {

  private final transient TokenHolder holder;

  public Caller(TokenHolder holder) {
    super(authorities(holder.actor().role()));
    this.holder = holder;
    setAuthenticated(true);
  }

  /** The authority that every role's holder of at least {@code role} has. */
  static String authority(Role role) {
    return "ROLE_" + role.name();
  }

  private static List<GrantedAuthority> authorities(Role role) {
    return Arrays.stream(Role.values())
        .filter(role::includes)
        .<GrantedAuthority>map(included -> new SimpleGrantedAuthority(authority(included)))
        .toList();
  }

  @Override
  public long token() {
    return holder.token();
  }

  public Actor actor() {
    return holder.actor();
  }

  @Override
  public TokenHolder getPrincipal() {
    return holder;
  }

  @Override
  public String getCredentials() {
    return "";
  }

  @Override
  public String getName() {
    return holder.actor().name();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Caller caller && caller.holder.equals(holder);
  }

  @Override
  public int hashCode() {
    return holder.hashCode();
  }

  @Override
  public String toString() {
    return "Caller[" + holder.actor().name() + "]";
  }
}
