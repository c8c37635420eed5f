package dev.muster.security.sso;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Thrown if a sign-in through an identity provider fails. Details are in the server's log, never in the response.
public final class SignInRefused extends Exception {
    private static final long serialVersionUID = 1;

    /// The reason, as far as it helps the person who signs in.
    public enum Reason {
        /// There is no such tenant, or it has no identity provider.
        NO_PROVIDER,
        /// The tenant has several identity providers, and the typed name belongs to none of them.
        WHICH_PROVIDER,
        /// The identity provider does not respond, or its response is malformed.
        UNREACHABLE,
        /// This browser has no sign-in in progress: the sign-in has expired, was started in another browser, or
        /// is already finished.
        NOT_BEGUN,
        /// The identity provider rejected the person.
        DENIED,
        /// The provider's response does not prove the person's identity.
        UNPROVEN,
        /// The ID token has no role that the tenant has mapped.
        NO_ROLE,
        /// The ID token has no valid username.
        NO_NAME,
        /// Another operator has the username.
        NAME_TAKEN,
        /// An admin has disabled the operator.
        DISABLED,
        /// Too many sign-ins from this address have failed.
        TOO_MANY,
        /// The server is busy.
        BUSY
    }

    private final Reason reason;
    private final @Nullable Duration retryAfter;

    SignInRefused(Reason reason) {
        this(reason, null, null);
    }

    SignInRefused(Reason reason, @Nullable Throwable cause) {
        this(reason, null, cause);
    }

    SignInRefused(Reason reason, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(reason.name(), cause);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    public Reason reason() {
        return reason;
    }

    /// When to try again; null if waiting does not help.
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
