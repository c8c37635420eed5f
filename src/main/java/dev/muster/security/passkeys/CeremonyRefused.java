package dev.muster.security.passkeys;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Thrown if a passkey is not accepted.
public final class CeremonyRefused extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final @Nullable Duration retryAfter;

    /// The reason why the passkey is not accepted.
    public enum Reason {
        /// The ceremony has expired, was started in another browser, or is already finished.
        OVER,
        /// The device's response is invalid, or was made for another site.
        INVALID,
        /// No operator has this passkey, or it was removed.
        UNKNOWN,
        /// The device did not verify its user (PIN, fingerprint), and no password was given.
        UNVERIFIED,
        /// The counter did not increase, which means that the passkey was copied.
        COPIED,
        /// The tenant's operators may only sign in through its identity provider.
        SSO_ONLY,
        /// Too many attempts from the client's address have failed.
        TOO_MANY,
        /// Storage is unavailable.
        BUSY
    }

    CeremonyRefused(Reason reason) {
        this(reason, null, null);
    }

    CeremonyRefused(Reason reason, Throwable cause) {
        this(reason, null, cause);
    }

    /// @param retryAfter how long to wait before trying again; null if unknown
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
