package dev.hubcap.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

class OpenApiTest extends ApiTest {

  @Autowired RequestMappingHandlerMapping requestMappingHandlerMapping;

  private JsonNode document() {
    return get("/v3/api-docs").json();
  }

  private List<JsonNode> operations() {
    var operations = new ArrayList<JsonNode>();
    document().path("paths").forEach(path -> path.forEach(operations::add));
    return operations;
  }

  @Test
  void the_document_is_of_openapi_3_1() {
    assertThat(document().path("openapi").asString()).startsWith("3.1");
  }

  @Test
  void it_lists_every_path_and_method_of_the_interface() {
    Set<String> served =
        requestMappingHandlerMapping.getHandlerMethods().keySet().stream()
            .flatMap(
                info ->
                    info.getPatternValues().stream()
                        .filter(path -> path.startsWith("/api/"))
                        .flatMap(
                            path ->
                                info.getMethodsCondition().getMethods().stream()
                                    .map(method -> method.name() + " " + path)))
            .collect(Collectors.toCollection(TreeSet::new));
    var described = new TreeSet<String>();
    document()
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .propertyNames()
                    .forEach(
                        method ->
                            described.add(
                                method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
    assertThat(described).isEqualTo(served).hasSizeGreaterThan(25);
  }

  @Test
  void every_reference_in_it_leads_somewhere() {
    JsonNode document = document();
    for (JsonNode reference : document.findValues("$ref")) {
      String pointer = reference.asString().substring(1);
      assertThat(document.at(pointer).isMissingNode()).as(pointer).isFalse();
    }
  }

  @Test
  void every_operation_has_an_id_of_its_own_a_role_and_answers() {
    assertThat(operations().stream().map(op -> op.path("operationId").asString()))
        .doesNotHaveDuplicates()
        .allSatisfy(id -> assertThat(id).isNotBlank());
    assertThat(operations())
        .allSatisfy(
            operation -> {
              assertThat(operation.path("description").asString()).startsWith("Takes the role");
              assertThat(operation.path("responses").path("default").toString())
                  .contains("#/components/schemas/Problem");
              assertThat(operation.path("responses").size()).isGreaterThan(1);
            });
  }

  @Test
  void every_schema_in_it_is_a_schema_that_answers_obey() {
    follow(start("quick"));
    obeys("/api/v1/jobs", "PageJobView");
    obeys("/api/v1/runs", "PageRunView");
    obeys("/api/v1/me", "Me");
    obeys("/api/v1/version", "Version");
    obeys("/api/v1/runs/999999", "Problem");
  }

  private void obeys(String path, String schema) {
    String wrapped =
        """
        {"$ref": "#/components/schemas/%s", "components": %s}
        """
            .formatted(schema, document().path("components"));
    Schema wanted =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(JSON.readTree(wrapped));
    assertThat(wanted.validate(get(path).json())).as(path).isEmpty();
  }
}
