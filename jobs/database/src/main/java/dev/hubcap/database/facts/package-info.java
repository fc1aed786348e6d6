/**
 * What can be counted and recomputed of a database, so that a copy of it can be compared with it.
 * Start reading at {@link dev.hubcap.database.facts.DatabaseFacts}.
 */
@NullMarked
package dev.hubcap.database.facts;

import org.jspecify.annotations.NullMarked;
