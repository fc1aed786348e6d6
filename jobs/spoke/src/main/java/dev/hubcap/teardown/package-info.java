/**
 * The jobs that take a VM down with its disk kept, bring it back, and delete what is left of it.
 */
@NullMarked
package dev.hubcap.teardown;

import org.jspecify.annotations.NullMarked;
