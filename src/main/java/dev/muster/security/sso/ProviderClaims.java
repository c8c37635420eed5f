package dev.muster.security.sso;

import dev.muster.model.credential.Role;
import dev.muster.model.credential.SsoProvider;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads the username and role from the claims of an ID token, according to the provider's settings.
///
/// @param claims the claims by name; their values are strings, numbers, lists and maps
record ProviderClaims(Map<String, Object> claims, SsoProvider.Settings settings) {
    /// The username for a new operator; null if the claim is missing or not a string.
    @Nullable
    String username() {
        return at(settings.usernameClaim()) instanceof String name && !name.isBlank() ? name : null;
    }

    /// The role with the most rights among those that the claim's values are mapped to; null if none is
    /// mapped.
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

    /// The claim with exactly this name, which may contain dots; otherwise the nested claim that results if the
    /// dots are separators. Null if there is neither.
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
