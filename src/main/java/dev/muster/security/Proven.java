package dev.muster.security;

import java.util.function.Consumer;

/// Tells of each caller that a request has proven itself to be, whichever way: by a key, a token, a signature, a
/// session or a link.
public final class Proven {
    private static final ScopedValue<Consumer<Caller>> TOLD = ScopedValue.newInstance();

    private Proven() {}

    /// Does some work, and tells of each caller that it proves. Of a sign-in with a key that is two: the key, then the
    /// operator.
    public static <R, X extends Throwable> R telling(Consumer<Caller> told, ScopedValue.CallableOp<? extends R, X> work)
            throws X {
        return ScopedValue.where(TOLD, told).call(work);
    }

    /// Gives `caller` back.
    static Caller tell(Caller caller) {
        if (TOLD.isBound()) {
            TOLD.get().accept(caller);
        }
        return caller;
    }
}
