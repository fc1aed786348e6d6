package dev.hubcap.ledger;

import org.springframework.jdbc.core.simple.JdbcClient;

/** How statements over a whole range of VMs or accounts are planned. */
public final class RangeStatements {

  private RangeStatements() {}

  /**
   * Sets the rest of the caller's transaction up for them. Yesterday's statistics say that the day
   * is empty, and looking up each VM would then seem cheap; the bounds of a range matter to the
   * plan; compiling a statement that runs for a second does not pay; and a range fits into memory.
   */
  public static void plan(JdbcClient jdbc) {
    jdbc.sql(
            """
            SELECT set_config('enable_nestloop', 'off', true),
                   set_config('plan_cache_mode', 'force_custom_plan', true),
                   set_config('jit', 'off', true),
                   set_config('work_mem', '256MB', true)
            """)
        .query(row -> {});
  }
}
