package dev.hubcap.restriction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubcap.migrations.SchemaStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RestrictionTest {

  private final AtomicInteger version = new AtomicInteger(1);
  private final Restriction restriction =
      Restriction.untilCurrent(() -> new SchemaStatus(version.get(), 2, List.of()));

  @AfterEach
  void close() {
    restriction.close();
  }

  @Test
  void while_the_schema_is_older_the_hub_is_restricted_and_says_why() {
    restriction.look();

    assertThat(restriction.reason().orElseThrow())
        .contains("version 1", "needs 2", "schema-upgrade");
    assertThat(restriction.lifted()).isFalse();
  }

  @Test
  void what_waits_begins_once_the_schema_is_current_and_only_once() {
    var begun = new ArrayList<String>();
    restriction.whenLifted(() -> begun.add("schedule"));
    version.set(2);

    restriction.look();
    restriction.look();
    restriction.whenLifted(() -> begun.add("later"));

    assertThat(begun).containsExactly("schedule", "later");
    assertThat(restriction.lifted()).isTrue();
  }

  @Test
  void what_cannot_begin_is_tried_again_and_the_hub_is_not_whole_until_then() {
    var attempts = new AtomicInteger();
    restriction.whenLifted(
        () -> {
          if (attempts.incrementAndGet() == 1) {
            throw new IllegalStateException("the database is away");
          }
        });
    version.set(2);

    restriction.look();
    assertThat(restriction.lifted()).isFalse();

    restriction.look();
    assertThat(restriction.lifted()).isTrue();
    assertThat(attempts).hasValue(2);
  }

  @Test
  void a_hub_that_is_not_restricted_begins_at_once_and_hears_of_failures() {
    Restriction none = Restriction.none();

    assertThat(none.lifted()).isTrue();
    assertThatThrownBy(
            () ->
                none.whenLifted(
                    () -> {
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");
  }
}
