package dev.hubcap.spoke.handlers;

import dev.hubcap.handler.Handler;
import dev.hubcap.handler.OperationFailed;
import dev.hubcap.queue.Claim;
import dev.hubcap.queue.FailureKind;
import dev.hubcap.spoke.state.AppliedTokens;
import java.util.Map;

/**
 * Who does what was claimed, behind the last fence: on this host, no token is applied to a VM that
 * is lower than one that was.
 */
public final class FencedHandlers {

  private static final Handler UNKNOWN_KIND =
      (order, progress) -> {
        throw new OperationFailed(
            FailureKind.INTERNAL, "this spoke does not know operations of that kind");
      };

  private final Map<String, Handler> handlers;
  private final AppliedTokens applied;

  /**
   * Puts the fence before them.
   *
   * @param handlers who does what, by kind of operation
   */
  public FencedHandlers(Map<String, Handler> handlers, AppliedTokens applied) {
    this.handlers = handlers;
    this.applied = applied;
  }

  /** The handler of a claim; writes its token down before it does anything. */
  public Handler of(Claim claim) {
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
