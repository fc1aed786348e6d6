/** What people and programs read: tables, JSON, messages. */
@NullMarked
package dev.hubcap.cli.render;

import org.jspecify.annotations.NullMarked;
