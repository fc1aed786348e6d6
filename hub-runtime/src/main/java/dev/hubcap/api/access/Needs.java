package dev.hubcap.api.access;

import dev.hubcap.launch.Role;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The least role that an endpoint takes. */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Needs {

  Role value();

  /** Whether only the hub that leads can do it; a standby then answers 503 and names the leader. */
  boolean leader() default false;
}
