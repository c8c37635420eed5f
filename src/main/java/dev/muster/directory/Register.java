package dev.muster.directory;

import dev.muster.model.Actor;
import dev.muster.model.ApiKey;
import dev.muster.model.Environment;
import dev.muster.model.Identifier;
import dev.muster.model.Operator;
import dev.muster.model.Realm;
import dev.muster.model.Result;
import dev.muster.model.Tenant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Tenants, realms, keys and operators as they are read: what a request needs before it is known who asks, and what
/// administrators list. A read for a request's sake is trusted for one second.
public final class Register {
    /// The realm of that number, or null.
    public @Nullable Realm realm(long id) {
        throw new UnsupportedOperationException("not yet");
    }

    /// The realm of a tenant, or null.
    public @Nullable Realm realm(String partnerId, Environment environment) {
        throw new UnsupportedOperationException("not yet");
    }

    /// A key whatever its state, or null; trusted for one second. Its secret is not there.
    public @Nullable ApiKey key(long realm, UUID id) {
        throw new UnsupportedOperationException("not yet");
    }

    /// The secret of a key, or null.
    public @Nullable String secret(long realm, UUID key) {
        throw new UnsupportedOperationException("not yet");
    }

    /// An operator whatever their state, or null; trusted for one second.
    public @Nullable Operator operator(long realm, UUID id) {
        throw new UnsupportedOperationException("not yet");
    }

    /// An operator by name, read afresh, or null.
    public @Nullable Operator operator(long realm, Identifier.Key username) {
        throw new UnsupportedOperationException("not yet");
    }

    /// 32 bytes from which a realm's tokens are signed.
    public byte[] tokenKey(long realm) {
        throw new UnsupportedOperationException("not yet");
    }

    /// Notes that a key was used, for its `lastUsedAt`.
    public void used(long realm, UUID key) {
        throw new UnsupportedOperationException("not yet");
    }

    /// All keys of a realm, revoked ones too, in order of their making; needs `keys:write`.
    public Result<List<ApiKey>> keys(Actor actor, long realm) {
        throw new UnsupportedOperationException("not yet");
    }

    /// All operators of a realm, in order of their names; needs `keys:write`.
    public Result<List<Operator>> operators(Actor actor, long realm) {
        throw new UnsupportedOperationException("not yet");
    }

    /// Tenants in order of their partner id, from after one on; root only.
    public Result<List<Tenant>> tenants(Actor actor, @Nullable String after, int limit) {
        throw new UnsupportedOperationException("not yet");
    }
}
