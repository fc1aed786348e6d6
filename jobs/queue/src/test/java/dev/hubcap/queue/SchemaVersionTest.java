package dev.hubcap.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchemaVersionTest {

  private final QueueFixture given = new QueueFixture();

  @AfterEach
  void close() {
    given.close();
  }

  @Test
  void a_spoke_is_made_for_the_schema_of_its_release() {
    assertThat(given.count("SELECT version FROM schemaversion"))
        .isEqualTo(SpokeQueue.SCHEMA_VERSION);
  }
}
