package dev.muster.model;

import org.jspecify.annotations.Nullable;

/// Stored data cannot be read: its row has an invalid value, or something sealed in it cannot be unsealed. It
/// must not be used for decisions or overwritten.
public final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final String ref;

    /// @param what the kind of data, such as `user`
    /// @param ref an id, or the number of a realm
    public UnreadableException(String what, String ref) {
        this(what, ref, null);
    }

    public UnreadableException(String what, String ref, @Nullable Throwable cause) {
        super("what is stored of " + what + " " + ref + " cannot be read: someone may have altered it", cause);
        this.what = what;
        this.ref = ref;
    }

    /// The refusal of a request that needs the data.
    public Refusal refusal() {
        return new Refusal.Unreadable(what, ref);
    }
}
