package dev.muster.security;

/// Is notified of each caller whom a request authenticates with a key, token, signature, session or link. Called on the
/// request's thread.
public interface AuthenticationListener {
    /// Called with each authenticated caller. A sign-in through a key calls it twice, first with the key and then with
    /// the operator.
    void authenticated(Caller caller);

    /// Called with the quota that remains after this request for the caller's key, or for an operator who is charged
    /// without a key.
    void charged(KeyRates.RemainingQuota left);
}
