package dev.muster.testing;

import dev.muster.security.AuthenticationListener;
import dev.muster.security.Caller;
import dev.muster.security.KeyRates;

/// Ignores whom a request authenticates.
public final class IgnoringListener implements AuthenticationListener {
    @Override
    public void authenticated(Caller caller) {}

    @Override
    public void charged(KeyRates.RemainingQuota left) {}
}
