package dev.muster.security;

import dev.muster.directory.FailureCounts;
import dev.muster.security.limit.AttemptLimit;
import dev.muster.security.limit.SignInThrottle;
import java.net.InetAddress;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Connects this server's limits on failed attempts with those of the other servers on its database.
public final class FailureExchange implements FailureCounts.Listener {
    private final AttemptLimit limit;
    private final SignInThrottle throttle;

    private FailureExchange(AttemptLimit limit, SignInThrottle throttle) {
        this.limit = limit;
        this.throttle = throttle;
    }

    /// Starts the exchange, unless this is the only server.
    ///
    /// @param begin starts the exchange for a listener, like [dev.muster.directory.Core#exchangeFailures]
    public static void start(
            AttemptLimit limit,
            SignInThrottle throttle,
            Function<FailureCounts.Listener, @Nullable FailureCounts> begin) {
        FailureCounts counts = begin.apply(new FailureExchange(limit, throttle));
        if (counts != null) {
            limit.tell(counts::addressFailed);
            throttle.tell(new SignInThrottle.Listener() {
                @Override
                public void failed(SignInThrottle.Name name) {
                    counts.nameFailed(name.hash());
                }

                @Override
                public void succeeded(SignInThrottle.Name name) {
                    counts.nameSucceeded(name.hash());
                }
            });
        }
    }

    @Override
    public void addressFailed(InetAddress address, long times) {
        limit.failedElsewhere(address, times);
    }

    @Override
    public void nameFailed(String hash, UUID server, long failures) {
        throttle.failedElsewhere(hash, server, failures);
    }
}
