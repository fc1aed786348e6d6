/**
 * What jobs exist: one YAML file each, checked when the hub starts. Start reading at {@link
 * dev.hubcap.definitions.JobDefinitions}; which keys there are says {@code
 * job-definition.schema.json}.
 */
@NullMarked
package dev.hubcap.definitions;

import org.jspecify.annotations.NullMarked;
