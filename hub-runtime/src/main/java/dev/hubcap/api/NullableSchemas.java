package dev.hubcap.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;

/**
 * Takes over from our records what may be null: a component that is {@code @Nullable} may be null
 * or missing in the description, every other one is required.
 */
final class NullableSchemas implements ModelConverter {

  @Override
  public @Nullable Schema<?> resolve(
      AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
    if (!chain.hasNext()) {
      return null;
    }
    Schema<?> schema = chain.next().resolve(type, context, chain);
    Class<?> java = raw(type.getType());
    if (schema != null && java.isRecord()) {
      described(schema, context).ifPresent(whole -> complete(whole, java));
    }
    return schema;
  }

  private static Class<?> raw(Type type) {
    return type instanceof com.fasterxml.jackson.databind.JavaType jackson
        ? jackson.getRawClass()
        : ResolvableType.forType(type).resolve(Object.class);
  }

  private static Optional<Schema<?>> described(Schema<?> schema, ModelConverterContext context) {
    String reference = schema.get$ref();
    return reference == null
        ? Optional.of(schema)
        : Optional.ofNullable(
            context.getDefinedModels().get(reference.substring(reference.lastIndexOf('/') + 1)));
  }

  private static void complete(Schema<?> schema, Class<?> java) {
    @SuppressWarnings("rawtypes")
    Map<String, Schema> properties = schema.getProperties();
    if (properties == null) {
      return;
    }
    for (RecordComponent component : java.getRecordComponents()) {
      String name = name(component);
      Schema<?> property = properties.get(name);
      if (property == null) {
        continue;
      }
      if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
        properties.put(name, orNull(property));
      } else if (schema.getRequired() == null || !schema.getRequired().contains(name)) {
        schema.addRequiredItem(name);
      }
    }
  }

  private static String name(RecordComponent component) {
    JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
    return renamed == null ? component.getName() : renamed.value();
  }

  private static Schema<?> orNull(Schema<?> property) {
    if (property.get$ref() != null) {
      return new JsonSchema().anyOf(List.of(property, new JsonSchema().types(Set.of("null"))));
    }
    if (property.getTypes() == null && property.getType() != null) {
      property.addType(property.getType());
    }
    if (property.getTypes() != null) {
      property.addType("null");
    }
    return property;
  }
}
