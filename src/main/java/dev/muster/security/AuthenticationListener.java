package dev.muster.security;

/// Notifies a listener of each caller whom a request authenticates with a key, token, signature, session or link.
public final class AuthenticationListener {
    private static final ScopedValue<Listener> LISTENER = ScopedValue.newInstance();

    /// Called on the request's thread.
    public interface Listener {
        /// Called with each authenticated caller. A sign-in through a key calls it twice, first with the key
        /// and then with the operator.
        void authenticated(Caller caller);

        /// Called with the quota that remains after this request for the caller's key, or for an operator who
        /// is charged without a key.
        void charged(KeyRates.RemainingQuota left);
    }

    private AuthenticationListener() {}

    /// Runs `work` and notifies `listener` of each caller whom it authenticates.
    public static <R, X extends Throwable> R telling(Listener listener, ScopedValue.CallableOp<? extends R, X> work)
            throws X {
        return ScopedValue.where(LISTENER, listener).call(work);
    }

    /// Notifies the listener, if any, and returns `caller`.
    static Caller tell(Caller caller) {
        if (LISTENER.isBound()) {
            LISTENER.get().authenticated(caller);
        }
        return caller;
    }

    static void tell(KeyRates.RemainingQuota left) {
        if (LISTENER.isBound()) {
            LISTENER.get().charged(left);
        }
    }
}
