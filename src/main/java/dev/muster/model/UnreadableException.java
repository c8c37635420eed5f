package dev.muster.model;

import org.jspecify.annotations.Nullable;

/// Thrown if stored data cannot be read, because its row has an invalid value or something sealed in it cannot be
/// unsealed. Such data must not be used for decisions, and must not be overwritten.
public final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final String ref;

    /// @param what the kind of data, such as `user`
    /// @param ref the id of the object, or the number of the realm
    public UnreadableException(String what, String ref) {
        this(what, ref, null);
    }

    public UnreadableException(String what, String ref, @Nullable Throwable cause) {
        super("what is stored of " + what + " " + ref + " cannot be read: someone may have altered it", cause);
        this.what = what;
        this.ref = ref;
    }

    /// Returns the refusal for a request that needs the data.
    public Refusal refusal() {
        return new Refusal.Unreadable(what, ref);
    }
}
