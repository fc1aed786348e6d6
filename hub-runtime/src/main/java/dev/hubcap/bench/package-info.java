/** Benchmarks that anybody can repeat: ratios measured in one process, on one database. */
@NullMarked
package dev.hubcap.bench;

import org.jspecify.annotations.NullMarked;
