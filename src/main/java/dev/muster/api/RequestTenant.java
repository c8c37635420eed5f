package dev.muster.api;

import dev.muster.http.Request;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// What a request says about whose data it is for, before its credential is checked. It decides which cell answers.
public sealed interface RequestTenant {
    /// A realm, which a key, a token, a cookie or a path names.
    ///
    /// @param optional whether the request can also be answered without the realm, such as one for the sign-in page
    record OfRealm(long realm, boolean optional) implements RequestTenant {}

    /// A tenant, by the partner id in a path, a form or a body.
    record OfPartner(String partnerId) implements RequestTenant {}

    /// No tenant: the request is about the server or about all tenants, or it is refused in any cell.
    record None() implements RequestTenant {}

    /// Finds what a request of one dialect says. May read the body only if the dialect does so before it checks the
    /// credential.
    @FunctionalInterface
    interface Finder {
        RequestTenant of(Request request);
    }

    /// Returns what a request says that names no tenant.
    static RequestTenant none() {
        return new None();
    }

    /// Returns the realm, or none if it is empty.
    static RequestTenant ofRealm(OptionalLong realm) {
        return realm.isPresent() ? new OfRealm(realm.getAsLong(), false) : none();
    }

    /// Returns the tenant with this partner id, or none if it is blank.
    static RequestTenant ofPartner(String partnerId) {
        String stripped = partnerId.strip();
        return stripped.isEmpty() ? none() : new OfPartner(stripped);
    }

    /// Returns this, or `other` if this names no tenant.
    default RequestTenant orElse(Supplier<RequestTenant> other) {
        return this instanceof None ? other.get() : this;
    }
}
