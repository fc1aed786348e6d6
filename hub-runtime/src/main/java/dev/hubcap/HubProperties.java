package dev.hubcap;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How this hub is set up.
 *
 * @param name under which other hubs see it; null takes the machine's name and the port
 * @param exclusive whether it refuses to be a standby
 * @param spoke whether a spoke works in the hub's process
 * @param spokeFile its settings
 * @param jobs the folder with the provider's own job definitions; it need not exist
 * @param connections how many the API and the like may have to the database
 * @param runConnections how many all runs together may have; enough for the ranges of a night,
 *     which are 8 at most, its own transaction, its log and what looks after it
 */
@Validated
@ConfigurationProperties("hubcap.hub")
public record HubProperties(
    @Nullable
        @Pattern(
            regexp = "[A-Za-z0-9._:-]{1,100}",
            message = "must be 1 to 100 letters, digits or ._:-")
        String name,
    @DefaultValue("false") boolean exclusive,
    @DefaultValue("false") boolean spoke,
    @DefaultValue("/etc/hubcap/spoke.yaml") Path spokeFile,
    @DefaultValue("/etc/hubcap/jobs.d") Path jobs,
    @DefaultValue("10")
        @Min(value = 2, message = "must be at least 2")
        @Max(value = 500, message = "must be at most 500")
        int connections,
    @DefaultValue("16")
        @Min(value = 16, message = "must be at least 16")
        @Max(value = 500, message = "must be at most 500")
        int runConnections) {}
