package dev.hubcap.vms;

import dev.hubcap.queue.Room;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A VM as the database has it, locked until the end of the transaction.
 *
 * @param host empty until a host claimed its provision
 * @param created empty until its first provision succeeded
 */
record VmRow(
    String id,
    String email,
    Optional<String> host,
    Optional<Instant> created,
    Optional<Instant> purgeAfter,
    String desiredState,
    String state,
    Room takes) {

  static Optional<VmRow> lock(JdbcClient jdbc, String id) {
    return jdbc.sql(
            """
            SELECT v.id, v.email, v.host, v.created, v.purge_after, v.desired_state, v.state, s.memory_mb, s.vcpus
            FROM vms v JOIN vm_sizes s ON s.id = v.size WHERE v.id = :id FOR NO KEY UPDATE OF v
            """)
        .param("id", id)
        .query(
            (row, n) ->
                new VmRow(
                    row.getString("id"),
                    row.getString("email"),
                    Optional.ofNullable(row.getString("host")),
                    instant(row.getObject("created", OffsetDateTime.class)),
                    instant(row.getObject("purge_after", OffsetDateTime.class)),
                    row.getString("desired_state"),
                    row.getString("state"),
                    new Room(row.getInt("memory_mb"), row.getInt("vcpus"))))
        .optional();
  }

  private static Optional<Instant> instant(@Nullable OffsetDateTime value) {
    return Optional.ofNullable(value).map(OffsetDateTime::toInstant);
  }

  /** What a handler needs to make it: see the payload of a provision. */
  static String payload(JdbcClient jdbc, String id) {
    return jdbc.sql(
            """
            SELECT jsonb_build_object(
                     'hostname', v.id, 'user', 'cyberian', 'image', i.template_image_file_name,
                     'memory_mb', s.memory_mb, 'vcpus', s.vcpus, 'disk_gb', s.disk_gb,
                     'authorized_keys', coalesce(
                       (SELECT jsonb_agg(k.content ORDER BY k.name)
                        FROM vm_ssh_authorized_key a
                        JOIN ssh_public_keys k ON k.email = a.email AND k.name = a.ssh_public_key_name
                        WHERE a.vm_id = v.id), '[]'))::text AS payload
            FROM vms v JOIN vm_sizes s ON s.id = v.size JOIN os_images i ON i.id = v.os WHERE v.id = :id
            """)
        .param("id", id)
        .query((row, n) -> row.getString("payload"))
        .single();
  }
}
