/**
 * {@code hubcap doctor}: each class looks at one thing, on this machine, in the database or in the
 * hub; what it finds is a {@link dev.hubcap.cli.doctor.Finding}. Works while the hub is down.
 */
@NullMarked
package dev.hubcap.cli.doctor;

import org.jspecify.annotations.NullMarked;
