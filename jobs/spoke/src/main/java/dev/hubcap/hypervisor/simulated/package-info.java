/** A hypervisor that is a folder of small files: for the demo, tests and benchmarks. */
@NullMarked
package dev.hubcap.hypervisor.simulated;

import org.jspecify.annotations.NullMarked;
