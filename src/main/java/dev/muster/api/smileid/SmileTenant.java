package dev.muster.api.smileid;

import dev.muster.api.FieldReader;
import dev.muster.api.RequestTenant;
import dev.muster.http.HttpException;
import dev.muster.http.Request;
import dev.muster.model.Result;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the tenant of a request in this dialect. The URLs of uploads and pictures name the realm; all other requests
/// name the partner, in the body or in a header.
public final class SmileTenant {
    private static final List<String> FIELDS = List.of("partner_id", "smile_client_id");

    private SmileTenant() {}

    public static RequestTenant of(Request request) {
        if (request.template().equals(SmileAddresses.UPLOAD)
                || request.template().equals(SmileAddresses.IMAGE)) {
            long realm = SmileAddresses.realm(request);
            return realm < 0 ? RequestTenant.none() : new RequestTenant.OfRealm(realm, false);
        }
        try {
            return ofBody(request);
        } catch (HttpException unreadable) {
            return RequestTenant.none();
        }
    }

    private static RequestTenant ofBody(Request request) {
        if (FieldReader.body(request, "") instanceof Result.Ok<Map<String, @Nullable Object>> read) {
            for (String field : FIELDS) {
                if (read.value().get(field) instanceof String partner) {
                    return RequestTenant.ofPartner(partner);
                }
            }
        }
        // A request that cannot be parsed may have a signature, which the partner's cell must remember.
        return SignatureScanner.in(request, request.body()).stream()
                .findFirst()
                .map(signed -> RequestTenant.ofPartner(signed.partnerId()))
                .orElse(RequestTenant.none());
    }
}
