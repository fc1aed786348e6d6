package dev.hubcap;

import dev.hubcap.database.DatabaseMisconfigured;
import dev.hubcap.database.DatabaseUnreachable;
import dev.hubcap.definitions.DefinitionRefused;
import dev.hubcap.launch.JobCatalogue;
import dev.hubcap.leadership.HubAlreadyLed;
import dev.hubcap.migrations.SchemaRefused;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/**
 * The hub cannot start. The message says what is wrong and what would be right; a cause is there
 * only if that is not all that is to say.
 */
public final class StartRefused extends RuntimeException {

  /** Failures whose message is already meant for the person who starts the hub. */
  private static final List<Class<? extends RuntimeException>> PLAIN =
      List.of(
          SchemaRefused.class,
          DatabaseMisconfigured.class,
          DatabaseUnreachable.class,
          DefinitionRefused.class,
          JobCatalogue.UnknownKind.class,
          HubAlreadyLed.class);

  private static final Map<String, String> EXAMPLES =
      Map.of(
          "server.port", "8460",
          "server.address", "127.0.0.1",
          "hubcap.mail.from", "hubcap@example.org",
          "hubcap.hub.name", "hub-1",
          "hubcap.hub.exclusive", "true",
          "hubcap.hub.spoke", "true",
          "hubcap.hub.spoke-file", "/etc/hubcap/spoke.yaml",
          "hubcap.hub.jobs", "/etc/hubcap/jobs.d",
          "hubcap.hub.connections", "10",
          "hubcap.hub.run-connections", "16");

  private static final int ERROR = 1;
  private static final int USAGE = 2;

  private final int exit;

  public StartRefused(String message) {
    this(message, ERROR);
  }

  private StartRefused(String message, int exit) {
    super(message);
    this.exit = exit;
  }

  private StartRefused(String message, Throwable cause) {
    super(message, cause);
    this.exit = ERROR;
  }

  /** The words after the command were wrong. */
  static StartRefused usage(String message) {
    return new StartRefused(message, USAGE);
  }

  /** What the command ends with. */
  int exit() {
    return exit;
  }

  /** Finds in a failed start what a person has to know. */
  static StartRefused because(RuntimeException failed) {
    List<Throwable> causes =
        Stream.iterate((Throwable) failed, Objects::nonNull, Throwable::getCause).toList();
    return causes.stream()
        .flatMap(cause -> sentence(cause).stream())
        .findFirst()
        .map(StartRefused::new)
        .orElseGet(() -> new StartRefused("the hub could not start: " + causes.getLast(), failed));
  }

  private static Optional<String> sentence(Throwable cause) {
    if (cause instanceof StartRefused || PLAIN.stream().anyMatch(type -> type.isInstance(cause))) {
      return Optional.ofNullable(cause.getMessage());
    }
    return switch (cause) {
      case PortInUseException port ->
          Optional.of(
              "server.port is %d, which another process uses; choose another one, for example --server.port=8461"
                  .formatted(port.getPort()));
      case InvalidConfigurationPropertyValueException wrong ->
          Optional.of(
              "%s is '%s', which cannot be used%s"
                  .formatted(wrong.getName(), wrong.getValue(), example(wrong.getName())));
      case BindValidationException invalid -> Optional.of(invalid(invalid));
      case BindException wrong when !(wrong.getCause() instanceof BindValidationException) ->
          Optional.of(wrong(wrong));
      default -> Optional.empty();
    };
  }

  private static String invalid(BindValidationException invalid) {
    ObjectError error = invalid.getValidationErrors().getAllErrors().getFirst();
    String name = invalid.getValidationErrors().getName().toString();
    if (error instanceof FieldError field) {
      String property = name + "." + dashed(field.getField());
      return "%s is '%s': it %s%s"
          .formatted(
              property, field.getRejectedValue(), field.getDefaultMessage(), example(property));
    }
    return name + ": " + error.getDefaultMessage();
  }

  private static String wrong(BindException wrong) {
    var property = wrong.getProperty();
    String name = property == null ? wrong.getName().toString() : property.getName().toString();
    Object value = property == null ? "" : property.getValue();
    String type = wrong.getTarget().getType().toString();
    return "%s is '%s', which cannot be read as %s%s"
        .formatted(name, value, type.substring(type.lastIndexOf('.') + 1), example(name));
  }

  private static String example(String property) {
    String example = EXAMPLES.get(property);
    return example == null ? "" : "; for example " + property + "=" + example;
  }

  private static String dashed(String field) {
    return field.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
