package dev.muster.security.sso;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Nobody was signed in. What was wrong in detail is in the server's log, never in the reply.
public final class SignInRefused extends Exception {
    private static final long serialVersionUID = 1;

    /// Why, as far as the person who signs in can do something about it.
    public enum Reason {
        /// There is no such tenant, or it has no identity provider.
        NO_PROVIDER,
        /// The tenant has several identity providers, and what was typed names none of them.
        WHICH_PROVIDER,
        /// The identity provider does not answer, or not as a provider does.
        UNREACHABLE,
        /// No sign-in is under way in this browser: it was begun too long ago, in another browser, or is over.
        NOT_BEGUN,
        /// The identity provider did not let them in.
        DENIED,
        /// The provider's answer does not prove who they are.
        UNPROVEN,
        /// The identity provider gives them no role that the tenant has mapped.
        NO_ROLE,
        /// The provider gives them no name that an operator can have.
        NO_NAME,
        /// Another operator has their name.
        NAME_TAKEN,
        /// An admin has disabled the operator.
        DISABLED,
        /// Too many sign-ins from this address have failed.
        TOO_MANY,
        /// The server cannot do it now.
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

    /// When to try again; null where time alone changes nothing.
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
