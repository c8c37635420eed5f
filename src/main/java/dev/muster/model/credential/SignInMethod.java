package dev.muster.model.credential;

import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.model.value.WireNamed;

/// How an operator proved their identity.
public enum SignInMethod implements Coded, WireNamed {
    PASSWORD(0, "password"),
    PASSKEY(1, "passkey"),
    /// The tenant's identity provider (OpenID Connect).
    SSO(2, "sso");

    public static final Codes<SignInMethod> CODES = new Codes<>(values());

    private final int code;
    private final String word;

    SignInMethod(int code, String word) {
        this.code = code;
        this.word = word;
    }

    @Override
    public int code() {
        return code;
    }

    /// The name on the wire.
    @Override
    public String wireName() {
        return word;
    }
}
