/** The job that tells what is there of a VM. */
@NullMarked
package dev.hubcap.inspect;

import org.jspecify.annotations.NullMarked;
