package dev.muster.security.sso;

import dev.muster.model.credential.Role;
import dev.muster.model.credential.SsoProvider;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the claims of an ID token say of a person, by the settings of their provider.
///
/// @param claims by name; their values are texts, numbers, lists and maps
record ProviderClaims(Map<String, Object> claims, SsoProvider.Settings settings) {
    /// The name for a new operator; null where the claim is missing or not a text.
    @Nullable
    String username() {
        return at(settings.usernameClaim()) instanceof String name && !name.isBlank() ? name : null;
    }

    /// Of the roles to which values of the claim are mapped the one with most rights; null for none.
    @Nullable
    Role role() {
        Object claim = at(settings.roleClaim());
        Stream<?> values = claim instanceof List<?> all ? all.stream() : Stream.ofNullable(claim);
        return values.filter(String.class::isInstance)
                .map(value -> settings.roles().get((String) value))
                .filter(Objects::nonNull)
                .max(Role::compareTo)
                .orElse(null);
    }

    /// The claim of that whole name, which may have dots, else the one that the dots lead to.
    private @Nullable Object at(String name) {
        if (claims.containsKey(name)) {
            return claims.get(name);
        }
        Object value = claims;
        for (String part : name.split("\\.", -1)) {
            value = value instanceof Map<?, ?> map ? map.get(part) : null;
        }
        return value;
    }
}
