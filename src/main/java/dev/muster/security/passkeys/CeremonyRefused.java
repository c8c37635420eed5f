package dev.muster.security.passkeys;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Why a passkey was not accepted.
public final class CeremonyRefused extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final @Nullable Duration retryAfter;

    /// What is wrong.
    public enum Reason {
        /// The ceremony began too long ago, in another browser, or has ended already.
        OVER,
        /// The device's response is invalid, or was made for another site.
        INVALID,
        /// Nobody has this passkey, or it was removed.
        UNKNOWN,
        /// The device did not verify who is using it (PIN, fingerprint), and nothing else did.
        UNVERIFIED,
        /// The counter did not increase: somebody has a copy of the passkey.
        COPIED,
        /// The tenant's operators sign in through its identity provider only.
        SSO_ONLY,
        /// Too many attempts from that address have failed.
        TOO_MANY,
        /// Storage does not answer.
        BUSY
    }

    CeremonyRefused(Reason reason) {
        this(reason, null, null);
    }

    CeremonyRefused(Reason reason, Throwable cause) {
        this(reason, null, cause);
    }

    /// @param retryAfter when to try again; null if unknown
    CeremonyRefused(Reason reason, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(reason.name(), cause);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    public Reason reason() {
        return reason;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
