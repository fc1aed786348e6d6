package dev.hubcap.spoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hubcap.migrations.TestDatabase;
import dev.hubcap.migrations.TestServer;
import dev.hubcap.queue.NewOperation;
import dev.hubcap.queue.QueueFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL as a whole is restarted or killed while a spoke works. */
class RestartedDatabaseTest {

  private static final TestServer SERVER = TestServer.start();

  private final QueueFixture given = new QueueFixture(TestDatabase.createOn(SERVER));

  @TempDir Path folder;

  @AfterAll
  static void stopServer() {
    SERVER.close();
  }

  @AfterEach
  void close() {
    given.close();
  }

  private long count(String state) {
    return given.count("SELECT count(*) FROM operations WHERE state = '" + state + "'");
  }

  @Test
  void under_load_nothing_is_lost_and_nothing_is_done_twice() {
    given.host("baikal");
    List<Long> stops =
        IntStream.rangeClosed(1, 12)
            .mapToObj(vm -> given.onHost("inspect", given.running(vm, "baikal"), "baikal"))
            .toList();
    given.queue.enqueueAll(Stream.generate(NewOperation::noop).limit(30_000).toList());
    try (var _ =
        new SpokeProcess(
            given,
            "baikal",
            folder,
            "{ simulated: { folder: %s, step: PT0.25S } }".formatted(folder.resolve("vms")))) {
      var seen = new ArrayList<Long>();
      for (Runnable blow : List.<Runnable>of(SERVER::restart, this::killAndStart)) {
        long before = count("succeeded");
        await().until(() -> count("succeeded") > before);
        seen.add(count("succeeded"));
        blow.run();
      }
      await().until(() -> count("succeeded") == 30_012);
      assertThat(seen.getLast()).as("done before the last blow").isLessThan(30_012);
    }
    assertThat(stops).allSatisfy(stop -> assertThat(given.state(stop)).isEqualTo("succeeded"));
    assertThat(
            given.count(
                """
                SELECT count(*) FROM (SELECT operation_id FROM operation_attempts WHERE outcome = 'succeeded'
                                      GROUP BY operation_id HAVING count(*) > 1) twice
                """))
        .isZero();
    assertThat(given.count("SELECT count(*) FROM host_sessions")).isEqualTo(1);
  }

  private void killAndStart() {
    SERVER.kill();
    SERVER.startAgain();
  }
}
