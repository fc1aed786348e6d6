package dev.hubcap.spoke;

import dev.hubcap.handler.Handler;
import dev.hubcap.handler.OperationFailed;
import dev.hubcap.queue.Claim;
import dev.hubcap.queue.FailureKind;
import java.util.Map;

/**
 * Who does what was claimed, behind the last fence: on this host, no token is applied to a VM that
 * is lower than one that was.
 */
final class FencedHandlers {

  private static final Handler UNKNOWN_KIND =
      (order, progress) -> {
        throw new OperationFailed(
            FailureKind.INTERNAL, "this spoke does not know operations of that kind");
      };

  private final Map<String, Handler> handlers;
  private final AppliedTokens applied;

  FencedHandlers(Map<String, Handler> handlers, AppliedTokens applied) {
    this.handlers = handlers;
    this.applied = applied;
  }

  /** The handler of a claim; writes its token down before it does anything. */
  Handler of(Claim claim) {
    Handler handler = handlers.getOrDefault(claim.kind(), UNKNOWN_KIND);
    return (order, progress) -> {
      if (claim.vm().isPresent() && !applied.apply(claim.vm().get(), claim.token())) {
        throw new OperationFailed(
            FailureKind.INTERNAL,
            "a higher fencing token than %d was applied to %s on this host"
                .formatted(claim.token(), claim.vm().get()));
      }
      return handler.handle(order, progress);
    };
  }
}
