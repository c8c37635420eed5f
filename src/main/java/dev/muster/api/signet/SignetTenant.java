package dev.muster.api.signet;

import dev.muster.api.FieldReader;
import dev.muster.api.RequestTenant;
import dev.muster.http.HttpException;
import dev.muster.http.Request;
import dev.muster.model.Result;
import dev.muster.security.format.NamedRealm;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the tenant of a request in this dialect: by its credential, which is in the body of a token exchange.
public final class SignetTenant {
    private SignetTenant() {}

    public static RequestTenant of(Request request) {
        return request.template().equals(SignetApi.TOKENS)
                ? ofBody(request)
                : RequestTenant.ofRealm(NamedRealm.ofBearer(request.header("Authorization")));
    }

    private static RequestTenant ofBody(Request request) {
        try {
            return FieldReader.body(request, "") instanceof Result.Ok<Map<String, @Nullable Object>> read
                    ? ofField(read.value(), "apiKey").orElse(() -> ofField(read.value(), "refreshToken"))
                    : RequestTenant.none();
        } catch (HttpException unreadable) {
            return RequestTenant.none();
        }
    }

    private static RequestTenant ofField(Map<String, @Nullable Object> fields, String name) {
        return fields.get(name) instanceof String text
                ? RequestTenant.ofRealm(NamedRealm.of(text))
                : RequestTenant.none();
    }
}
