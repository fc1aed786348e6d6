/**
 * The hub's HTTP interface, {@code /api/v1}: one controller for each resource. What is refused is
 * in {@link dev.hubcap.api.problem}, who may do what in {@link dev.hubcap.api.access}, how lists
 * are paged in {@link dev.hubcap.api.page}, how a repeated POST is carried out once in {@link
 * dev.hubcap.api.once}. Start reading at {@link dev.hubcap.api.ApiConfiguration}.
 */
@NullMarked
package dev.hubcap.api;

import org.jspecify.annotations.NullMarked;
