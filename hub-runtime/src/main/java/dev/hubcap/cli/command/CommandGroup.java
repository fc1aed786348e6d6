package dev.hubcap.cli.command;

import dev.hubcap.cli.client.CommandFailed;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that only has commands below it. */
public abstract class CommandGroup implements Callable<Integer> {

  @Spec @Nullable CommandSpec spec;

  @Override
  public final Integer call() {
    CommandSpec own = spec;
    if (own == null) {
      throw new IllegalStateException("picocli fills this in");
    }
    throw CommandFailed.usage(
        "%s needs one of %s."
            .formatted(own.qualifiedName(), String.join(", ", own.subcommands().keySet())));
  }
}
