@NullMarked
package dev.hubcap.cli.doctor;

import org.jspecify.annotations.NullMarked;
