package dev.muster.model;

import org.jspecify.annotations.Nullable;

/// What is stored of something cannot be read: its row has a value that no version of Muster writes, or
/// something sealed in it does not open. Nothing is decided by it, and it is not overwritten.
public final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final String ref;

    /// @param what the kind of thing, such as `user`
    /// @param ref which one: an id, or the number of a realm
    public UnreadableException(String what, String ref) {
        this(what, ref, null);
    }

    /// As the other, with what reading it failed of.
    public UnreadableException(String what, String ref, @Nullable Throwable cause) {
        super("what is stored of " + what + " " + ref + " cannot be read: someone may have altered it", cause);
        this.what = what;
        this.ref = ref;
    }

    /// What a request that needs it is answered.
    public Refusal refusal() {
        return new Refusal.Unreadable(what, ref);
    }
}
