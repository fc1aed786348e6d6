package dev.hubcap.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class VmsApiTest extends ApiTest {

  private String account = "";

  @BeforeEach
  void anAccountThatCanPay() {
    account = unique("vm") + "@x.example";
    jdbc.sql(
            "INSERT INTO os_images VALUES ('debian12', 'debian12.qcow2', 'Debian 12', false),"
                + " ('old', 'old.qcow2', 'Old', true) ON CONFLICT DO NOTHING")
        .update();
    jdbc.sql(
            "INSERT INTO vm_sizes VALUES ('f1-s', 7.50, 1024, 1, 1000, 25), ('f1-xx', 50, 8192, 4,"
                + " 5000, 25) ON CONFLICT DO NOTHING")
        .update();
    jdbc.sql("INSERT INTO accounts (email, lower_case_email) VALUES (:e, :e)")
        .param("e", account)
        .update();
    jdbc.sql(
            "INSERT INTO ssh_public_keys (email, name, content) VALUES (:e, 'laptop', 'ssh-ed25519"
                + " AAAA laptop')")
        .param("e", account)
        .update();
    pay("7.25");
  }

  private void pay(String dollars) {
    jdbc.sql(
            "INSERT INTO payments (email, dollars, created) VALUES (:e, :d::numeric, '2026-01-01')")
        .param("e", account)
        .param("d", dollars)
        .update();
  }

  private Answer create(String size, String os, String more) {
    return post(
        "/api/v1/vms",
        "{\"account\":\"%s\",\"size\":\"%s\",\"os\":\"%s\"%s}".formatted(account, size, os, more));
  }

  private String created() {
    Answer answer = create("f1-s", "debian12", "");
    assertThat(answer.status()).as(answer.http().body()).isEqualTo(202);
    return answer.json().path("vm").asString();
  }

  /** Makes a VM look as if a spoke had provisioned it. */
  private String provisioned() {
    String vm = created();
    String host = unique("h");
    jdbc.sql(
            "INSERT INTO hosts (id, db_role, memory_mb, vcpus, version) VALUES (:h, :h, 65536, 32,"
                + " '')")
        .param("h", host)
        .update();
    jdbc.sql("UPDATE operations SET state = 'succeeded', finished_at = now() WHERE vm_id = :vm")
        .param("vm", vm)
        .update();
    jdbc.sql("UPDATE vms SET host = :h, state = 'running', created = now() WHERE id = :vm")
        .param("h", host)
        .param("vm", vm)
        .update();
    return vm;
  }

  private String column(String vm, String expression) {
    return jdbc.sql("SELECT (" + expression + ")::text AS value FROM vms WHERE id = :vm")
        .param("vm", vm)
        .query((row, n) -> String.valueOf(row.getString("value")))
        .single();
  }

  private JsonNode operations(String vm) {
    return get("/api/v1/operations?vm=" + vm).json().path("items");
  }

  @Test
  void a_vm_is_created_with_its_provision_for_an_account_that_can_pay() {
    Answer answer = create("f1-s", "debian12", ",\"keys\":[\"laptop\"]");
    assertThat(answer.status()).isEqualTo(202);
    String vm = answer.json().path("vm").asString();
    assertThat(vm).matches("capsul-[a-z0-9]{10}");
    assertThat(answer.header("Location")).isEqualTo("/api/v1/vms/" + vm);

    JsonNode shown = get("/api/v1/vms/" + vm).json();
    assertThat(shown.path("state").asString()).isEqualTo("requested");
    assertThat(shown.path("created").isNull()).isTrue();
    JsonNode operation = operations(vm).path(0);
    assertThat(operation.path("kind").asString()).isEqualTo("provision");
    assertThat(operation.path("id").asLong()).isEqualTo(answer.json().path("operation").asLong());
    assertThat(
            jdbc.sql(
                    "SELECT payload::text || memory_mb || vcpus AS p FROM operations WHERE vm_id ="
                        + " :vm")
                .param("vm", vm)
                .query((row, n) -> row.getString("p"))
                .single())
        .contains("\"image\": \"debian12.qcow2\"", "ssh-ed25519 AAAA laptop", "\"disk_gb\": 25")
        .endsWith("10241");
    assertThat(audited("VM created", "vm " + vm)).startsWith("test operator - ");
  }

  @Test
  void what_cannot_be_sold_is_refused_and_nothing_is_written() {
    create("f1-xx", "debian12", "")
        .isProblem(409, 6, "has 7.25 dollars and a month of f1-xx costs 50.00");
    create("huge", "debian12", "").isProblem(422, 2, "there is no size 'huge'");
    create("f1-s", "old", "").isProblem(422, 2, "there is no image 'old' for new VMs");
    create("f1-s", "debian12", ",\"keys\":[\"desk\"]").isProblem(422, 2, "has no such SSH key");
    jdbc.sql("UPDATE accounts SET hold_reason = 'chargeback' WHERE email = :e")
        .param("e", account)
        .update();
    create("f1-s", "debian12", "").isProblem(409, 6, "is on hold (chargeback)");
    post("/api/v1/vms", "{\"account\":\"nobody@x.example\",\"size\":\"f1-s\",\"os\":\"debian12\"}")
        .isProblem(404, 4, "there is no account");
    post("/api/v1/vms", "{}").isProblem(422, 2, "'account', 'size' and 'os'");
    assertThat(get("/api/v1/vms?account=" + account).json().path("items")).isEmpty();
  }

  @Test
  void a_cent_too_little_is_too_little() {
    jdbc.sql("UPDATE payments SET dollars = 7.24 WHERE email = :e").param("e", account).update();
    create("f1-s", "debian12", "").isProblem(409, 6, "it needs a payment first");
  }

  @Test
  void a_vm_that_nobody_claimed_is_deleted_by_cancelling_its_provision() {
    String vm = created();
    assertThat(delete("operator", "/api/v1/vms/" + vm).status()).isEqualTo(202);
    assertThat(column(vm, "state || coalesce(purge_after::text, ' no disk')"))
        .isEqualTo("deleted no disk");
    assertThat(operations(vm)).hasSize(1);
    assertThat(operations(vm).path(0).path("state").asString()).isEqualTo("cancelled");
    delete("operator", "/api/v1/vms/" + vm).isProblem(409, 6, "is deleted already");
  }

  @Test
  void a_vm_on_a_host_is_deleted_with_its_teardown_and_its_disk_is_kept() {
    String vm = provisioned();
    post("/api/v1/vms/" + vm + "/stop", "{}");
    Answer deleted = delete("operator", "/api/v1/vms/" + vm);
    assertThat(deleted.status()).isEqualTo(202);
    assertThat(operations(vm).path(0).path("kind").asString()).isEqualTo("teardown");
    assertThat(operations(vm).path(1).path("state").asString()).isEqualTo("cancelled");
    assertThat(column(vm, "deleted IS NOT NULL AND purge_after > now() + interval '6 days 23 h'"))
        .isEqualTo("true");
    post("/api/v1/vms/" + vm + "/start", "{}").isProblem(409, 6, "is deleted");
    post("/api/v1/vms/" + vm + "/restore", "{}").isProblem(409, 6, "teardown");
  }

  private String tornDown() {
    String vm = provisioned();
    delete("operator", "/api/v1/vms/" + vm);
    jdbc.sql("UPDATE operations SET state = 'succeeded', finished_at = now() WHERE vm_id = :vm")
        .param("vm", vm)
        .update();
    jdbc.sql("UPDATE vms SET state = 'deleted' WHERE id = :vm").param("vm", vm).update();
    return vm;
  }

  @Test
  void a_deleted_vm_comes_back_while_its_disk_is_kept_and_nothing_is_owed() {
    String vm = tornDown();
    pay("-20");
    post("/api/v1/vms/" + vm + "/restore", "{}").isProblem(409, 6, "owes");
    pay("20");
    assertThat(post("/api/v1/vms/" + vm + "/restore", "{}").status()).isEqualTo(202);
    assertThat(operations(vm).path(0).path("kind").asString()).isEqualTo("restore");
    assertThat(column(vm, "desired_state")).isEqualTo("running");

    String gone = tornDown();
    jdbc.sql("UPDATE vms SET purge_after = now() - interval '30 days' WHERE id = :vm")
        .param("vm", gone)
        .update();
    post("/api/v1/vms/" + gone + "/restore", "{}").isProblem(409, 6, "no longer kept");
  }

  @Test
  void a_vm_that_is_deleted_again_before_its_restore_is_charged_for_nothing_in_between() {
    String vm = tornDown();
    jdbc.sql(
            """
            UPDATE vms SET created = now() - interval '9 d', deleted = now() - interval '3 d' WHERE id = :vm
            """)
        .param("vm", vm)
        .update();
    String deleted = column(vm, "deleted");
    assertThat(post("/api/v1/vms/" + vm + "/restore", "{}").status()).isEqualTo(202);

    assertThat(delete("operator", "/api/v1/vms/" + vm).status()).isEqualTo(202);

    assertThat(column(vm, "deleted")).isEqualTo(deleted);
    assertThat(operations(vm).path(0).path("kind").asString()).isEqualTo("teardown");
    assertThat(operations(vm).path(1).path("state").asString()).isEqualTo("cancelled");
  }

  @Test
  void a_restore_that_is_cancelled_leaves_a_vm_that_can_be_restored() {
    String vm = tornDown();
    post("/api/v1/vms/" + vm + "/restore", "{}");
    long restore = operations(vm).path(0).path("id").asLong();
    post("/api/v1/operations/" + restore + "/cancel", "{}");

    assertThat(column(vm, "state || desired_state")).isEqualTo("deleteddeleted");
    assertThat(post("/api/v1/vms/" + vm + "/restore", "{}").status()).isEqualTo(202);
  }

  @Test
  void power_is_for_vms_that_are_there() {
    String vm = provisioned();
    assertThat(post("/api/v1/vms/" + vm + "/stop", "{}").status()).isEqualTo(202);
    assertThat(column(vm, "desired_state")).isEqualTo("stopped");
    post("/api/v1/vms/" + created() + "/start", "{}").isProblem(409, 6, "requested");
    post("/api/v1/vms/capsul-0000000000/start", "{}").isProblem(404, 4, "there is no VM");
    send(posting("viewer", "/api/v1/vms/" + vm + "/start", "{}")).isProblem(403, 5, "operator");
  }

  @Test
  void a_dead_operation_is_shown_with_its_attempts_and_retried_or_cancelled() {
    String vm = created();
    long id = operations(vm).path(0).path("id").asLong();
    jdbc.sql(
            "UPDATE operations SET state = 'dead', error = '{\"message\": \"no such image\"}' WHERE"
                + " id = :id")
        .param("id", id)
        .update();
    jdbc.sql(
            "INSERT INTO operation_attempts VALUES (:id, 7, 'h', now(), now(), 'failed', 'disk',"
                + " NULL)")
        .param("id", id)
        .update();

    JsonNode shown = get("/api/v1/operations/" + id).json();
    assertThat(shown.path("operation").path("error").path("message").asString())
        .isEqualTo("no such image");
    assertThat(shown.path("history").path(0).path("step").asString()).isEqualTo("disk");

    assertThat(post("/api/v1/operations/" + id + "/retry", "{}").json().path("state").asString())
        .isEqualTo("queued");
    post("/api/v1/operations/" + id + "/retry", "{}").isProblem(409, 6, "only a dead one");
    assertThat(post("/api/v1/operations/" + id + "/cancel", "{}").json().path("state").asString())
        .isEqualTo("cancelled");
    post("/api/v1/operations/" + id + "/cancel", "{}").isProblem(409, 6, "is cancelled already");
    get("/api/v1/operations/999999999").isProblem(404, 4, "there is no operation");
    assertThat(column(vm, "state")).isEqualTo("failed");
  }

  @Test
  void a_host_is_added_with_a_login_drained_and_removed() {
    String host = "h" + UUID.randomUUID().toString().substring(0, 8);
    Answer added = send(posting("admin", "/api/v1/hosts", "{\"host\":\"%s\"}".formatted(host)));
    assertThat(added.status()).as(added.http().body()).isEqualTo(201);
    assertThat(added.json().path("username").asString()).isEqualTo("spoke_" + host);
    assertThat(added.json().path("password").asString()).hasSizeGreaterThan(30);
    assertThat(added.json().path("url").asString()).startsWith("jdbc:postgresql://");
    assertThat(audited("host added", "host " + host))
        .doesNotContain(added.json().path("password").asString());
    send(posting("admin", "/api/v1/hosts", "{\"host\":\"%s\"}".formatted(host)))
        .isProblem(409, 6, "already");
    send(posting("admin", "/api/v1/hosts", "{\"host\":\"A'; DROP\"}"))
        .isProblem(422, 2, "a name of");

    assertThat(post("/api/v1/hosts/" + host + "/drain", "{}").json().path("state").asString())
        .isEqualTo("draining");
    assertThat(post("/api/v1/hosts/" + host + "/resume", "{}").json().path("state").asString())
        .isEqualTo("active");
    assertThat(get("/api/v1/hosts").json().path("items").toString()).contains(host);

    assertThat(delete("admin", "/api/v1/hosts/" + host).status()).isEqualTo(204);
    assertThat(
            jdbc.sql("SELECT count(*) FROM pg_roles WHERE rolname = :r")
                .param("r", "spoke_" + host)
                .query((row, n) -> row.getLong(1))
                .single())
        .isZero();
    delete("admin", "/api/v1/hosts/" + host).isProblem(404, 4, "there is no host");
  }

  @Test
  void a_host_with_vms_is_not_removed() {
    String vm = provisioned();
    delete("admin", "/api/v1/hosts/" + column(vm, "host")).isProblem(409, 6, "such as " + vm);
  }
}
