package dev.hubcap.ledger;

import java.math.BigInteger;
import java.time.Instant;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What all VMs of an account cost together, by the formula. */
public final class AccountCosts {

  private final JdbcClient jdbc;

  public AccountCosts(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** From the creation of each VM up to that instant, cut to the microsecond. */
  public Units at(String email, Instant at) {
    long micros = VmFacts.micros(at);
    return jdbc.sql(
            "SELECT "
                + FactsCursor.COLUMNS
                + """


                FROM vms v LEFT JOIN vm_rates r ON r.vm_id = v.id
                WHERE v.email = :email
                ORDER BY v.id, r.valid_from
                """)
        .param("email", email)
        .query(
            rows -> {
              var cursor = new FactsCursor(rows);
              var sum = BigInteger.ZERO;
              for (var vm = cursor.next(); vm.isPresent(); vm = cursor.next()) {
                sum = sum.add(vm.get().cost(micros));
              }
              return new Units(sum);
            });
  }
}
