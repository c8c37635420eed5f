package dev.muster.api.allthenticate;

import dev.muster.api.RequestTenant;
import dev.muster.http.Request;
import dev.muster.security.format.NamedRealm;

/// Finds the tenant of a request in this dialect: by the API key in either header.
public final class AllthenticateTenant {
    private AllthenticateTenant() {}

    public static RequestTenant of(Request request) {
        return RequestTenant.ofRealm(NamedRealm.ofBearer(request.header("Authorization")))
                .orElse(() -> RequestTenant.ofRealm(NamedRealm.of(request.header("X-API-Key"))));
    }
}
