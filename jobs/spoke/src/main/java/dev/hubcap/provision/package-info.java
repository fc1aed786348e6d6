/** The job that makes a VM. */
@NullMarked
package dev.hubcap.provision;

import org.jspecify.annotations.NullMarked;
