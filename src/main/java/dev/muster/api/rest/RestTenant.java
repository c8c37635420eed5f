package dev.muster.api.rest;

import dev.muster.api.RequestTenant;
import dev.muster.http.Request;
import dev.muster.security.format.NamedRealm;

/// Finds the tenant of a request to Muster's own API: by its credential or, if that is the root key, in its path.
public final class RestTenant {
    private static final String CALLS = "/v1/";
    private static final String OF_TENANT = "/v1/tenants/{partnerId}/";

    private RestTenant() {}

    /// Returns the tenant. Paths that need no credential, such as those for health checks, name none.
    public static RequestTenant of(Request request) {
        String template = request.template();
        if (!template.startsWith(CALLS)) {
            return RequestTenant.none();
        }
        return RequestTenant.ofRealm(NamedRealm.ofBearer(request.header("Authorization")))
                .orElse(() -> template.startsWith(OF_TENANT)
                        ? RequestTenant.ofPartner(request.path("partnerId"))
                        : RequestTenant.none());
    }
}
