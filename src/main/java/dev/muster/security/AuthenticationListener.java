package dev.muster.security;

/// Tells a listener of each caller that a request has proven: by a key, a token, a signature, a session or a link.
public final class AuthenticationListener {
    private static final ScopedValue<Listener> LISTENER = ScopedValue.newInstance();

    /// Is told in the thread of the request.
    public interface Listener {
        /// Of a sign-in with a key that is called twice: with the key, then with the operator.
        void proved(Caller caller);

        /// What the caller's key has left after this request. Not called for a caller who uses no key.
        void charged(KeyRates.Left left);
    }

    private AuthenticationListener() {}

    /// Runs `work` and tells `listener` of each caller that it proves.
    public static <R, X extends Throwable> R telling(Listener listener, ScopedValue.CallableOp<? extends R, X> work)
            throws X {
        return ScopedValue.where(LISTENER, listener).call(work);
    }

    /// Returns `caller`.
    static Caller tell(Caller caller) {
        if (LISTENER.isBound()) {
            LISTENER.get().proved(caller);
        }
        return caller;
    }

    static void tell(KeyRates.Left left) {
        if (LISTENER.isBound()) {
            LISTENER.get().charged(left);
        }
    }
}
