package dev.muster.api.epixel;

import dev.muster.api.RequestTenant;
import dev.muster.http.Request;
import dev.muster.security.format.NamedRealm;

/// Finds the tenant of a request in this dialect: by the API key. Operators and their tokens belong to its realm.
public final class EpixelTenant {
    private EpixelTenant() {}

    public static RequestTenant of(Request request) {
        return RequestTenant.ofRealm(NamedRealm.of(request.header(EpixelApi.API_KEY)));
    }
}
