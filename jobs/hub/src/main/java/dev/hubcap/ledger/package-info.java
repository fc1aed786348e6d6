/**
 * The ledger: what VMs cost, in exact integer units, and the statements that write it and prove it.
 * Start reading at {@link dev.hubcap.ledger.VmFacts}, the formula.
 */
@NullMarked
package dev.hubcap.ledger;

import org.jspecify.annotations.NullMarked;
