package dev.hubcap;

import java.util.stream.Collectors;

/** What {@code hubcap --help} says. */
final class Usage {

  static final String TEXT =
      """
      Usage: hubcap COMMAND

      Servers
        hub [--exclusive] [--spoke] [--config FILE] [--PROPERTY=VALUE]...   a hub; a standby if another one leads
        spoke [--config FILE]          a spoke: does the work on VMs of one host
        demo [--exit] [--accounts N]   a hub with a sample provider; an evening and a night

      Jobs and runs
        jobs list|show|history|next|pause|resume   definitions, when they run next, pausing
        run JOB                                    start a run
        runs list|show|stop|restart|abandon|approve|reject
        logs RUN [-f]                              the log of a run
        missed list|replay|dismiss                 nights that did not run
        freeze set|show|clear                      keep runs from starting

      VMs
        vms list|show|create|start|stop|restart|delete|restore
        operations list|show|retry|cancel          work on VMs, with each attempt
        spokes list|add|drain|resume|remove        hosts and their spokes

      Money and people
        accounts list|show|balance|statement|hold|release   balances, exact
        accounts change-email|change-emails|email-report   other addresses, one or many
        payments list|add|request|invalidate|reinstate   what customers paid
        btcpay status|reconcile|sweep   what comes through BTCPay
        mails list|show              what was sent, waits, or was refused
        tokens create|list|revoke    access
        audit list                   who did what

      The database
        sql -c SQL | -f FILE         SQL by hand, in one transaction
        schema status|plan|upgrade   the version of the schema
        backup create|list|verify|restore   backups, proven by restoring them

      The rest
        bench billing [--vms N]      the speed of a night
        bench operations [--count N] the speed of the queue
        bench spokes [--count N]     what many idle spokes cost, and how late they begin
        doctor [--check]             is everything in order?
        version                      versions of command and hub

      'hubcap COMMAND --help' says more about one.
      """;

  private Usage() {}

  /** The lines about one command. */
  static String of(String command) {
    return TEXT.lines()
        .filter(line -> line.startsWith("  " + command + " "))
        .map(line -> "Usage: hubcap " + line.strip())
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
