package dev.hubcap.api;

import dev.hubcap.api.access.Needs;
import dev.hubcap.api.once.IdempotentPosts;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Locale;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.method.HandlerMethod;

/** The description of the interface in OpenAPI 3.1, generated from it, at {@code /v3/api-docs}. */
@Configuration(proxyBeanMethods = false)
public class ApiDocument {

  private static final String TOKEN = "token";

  @Bean
  OpenAPI openApi() {
    return new OpenAPI()
        .info(
            new Info()
                .title("Hubcap")
                .version("v1")
                .description("The HTTP interface of a hub: its jobs, their runs, and accounts."))
        .addSecurityItem(new SecurityRequirement().addList(TOKEN))
        .components(
            new Components()
                .addSecuritySchemes(
                    TOKEN, new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer"))
                .addSchemas("Problem", problem()));
  }

  @Bean
  ModelConverter nullableSchemas() {
    return new NullableSchemas();
  }

  private static Schema<?> problem() {
    return new ObjectSchema()
        .description("A refusal, RFC 9457; exit is what the command line would exit with.")
        .addProperty("type", new StringSchema().format("uri"))
        .addProperty("title", new StringSchema())
        .addProperty("status", new IntegerSchema())
        .addProperty("detail", new StringSchema())
        .addProperty("instance", new StringSchema().format("uri"))
        .addProperty("exit", new IntegerSchema());
  }

  /**
   * Says of each operation which role it takes, how it refuses, and that a POST may be repeated.
   */
  @Bean
  OperationCustomizer accessAndRefusals() {
    return (operation, method) -> {
      Needs needs = method.getMethodAnnotation(Needs.class);
      if (needs != null) {
        operation.description(
            "Takes the role %s%s."
                .formatted(
                    needs.value().name().toLowerCase(Locale.ROOT),
                    needs.leader() ? ", and the hub that leads" : ""));
      }
      repeatable(operation, method);
      operation.getResponses().addApiResponse("default", refusal());
      return operation;
    };
  }

  private static void repeatable(Operation operation, HandlerMethod method) {
    if (method.hasMethodAnnotation(PostMapping.class)) {
      operation.addParametersItem(
          new HeaderParameter()
              .name(IdempotentPosts.HEADER)
              .description("The same key with the same request is carried out once.")
              .schema(new StringSchema().maxLength(200)));
    }
  }

  private static ApiResponse refusal() {
    var schema = new Schema<>().$ref("#/components/schemas/Problem");
    return new ApiResponse()
        .description("Refused")
        .content(
            new Content().addMediaType("application/problem+json", new MediaType().schema(schema)));
  }
}
