package dev.muster.model.credential;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An identity provider (OpenID Connect) whose users sign in as operators of both realms of a tenant. It belongs to the
/// tenant's production realm, which stores and journals it.
public record SsoProvider(UUID id, Settings settings, Instant createdAt) {
    /// The maximum number of providers per tenant.
    public static final int MAX_PER_TENANT = 10;

    /// A provider's settings, chosen by an admin.
    ///
    /// @param issuer the issuer in the ID tokens; unique among the tenant's providers
    /// @param clientSecret the client secret; null in settings that were read, because it is stored sealed; in a
    ///     command, null keeps the stored one
    /// @param scopes the requested scopes, including `openid`
    /// @param usernameClaim the claim in the ID token from which a new operator's username is taken
    /// @param roleClaim the claim in the ID token that contains the roles, as a string or a list of strings; a dot
    ///     selects a field of an object, as in `realm_access.roles`
    /// @param roles maps values of that claim to the operator's role; if several values match, the role with the
    ///     most rights applies
    /// @param required whether only the tenant's operators in `breakGlass` can sign in with a password
    /// @param domains the domains, in lower case, of the e-mail addresses that sign in through this provider; if
    ///     empty, it serves all addresses whose domain belongs to no other provider. Ignored while the tenant has
    ///     no other provider
    /// @param breakGlass the folded usernames of operators who can sign in with their password even if `required`
    ///     is set
    public record Settings(
            String issuer,
            String clientId,
            @Nullable String clientSecret,
            List<String> scopes,
            String usernameClaim,
            String roleClaim,
            SortedMap<String, Role> roles,
            boolean required,
            List<String> domains,
            List<String> breakGlass) {
        public Settings {
            scopes = List.copyOf(scopes);
            roles = Collections.unmodifiableSortedMap(new TreeMap<>(roles));
            domains = List.copyOf(domains);
            breakGlass = List.copyOf(breakGlass);
        }

        /// Returns a copy without the client secret.
        public Settings withoutSecret() {
            return withSecret(null);
        }

        /// Returns a copy with this client secret.
        public Settings withSecret(@Nullable String secret) {
            return new Settings(
                    issuer, clientId, secret, scopes, usernameClaim, roleClaim, roles, required, domains, breakGlass);
        }

        /// Omits the client secret.
        @Override
        public String toString() {
            return "Settings[" + issuer + "]";
        }

        /// The fields that the journal records, without the secret.
        public Map<String, Object> byField() {
            Map<String, Object> fields = new TreeMap<>();
            fields.put("issuer", issuer);
            fields.put("clientId", clientId);
            fields.put("scopes", scopes);
            fields.put("usernameClaim", usernameClaim);
            fields.put("roleClaim", roleClaim);
            Map<String, Object> words = new TreeMap<>();
            roles.forEach((value, role) -> words.put(value, role.wireName()));
            fields.put("roles", words);
            fields.put("required", required);
            fields.put("domains", domains);
            fields.put("breakGlass", breakGlass);
            return fields;
        }
    }

    /// Returns a copy without the client secret.
    public SsoProvider withoutSecret() {
        return new SsoProvider(id, settings.withoutSecret(), createdAt);
    }

    /// Whether the e-mail address has a domain of this provider.
    ///
    /// @param typed the text that the user typed, which need not be an address
    public boolean serves(String typed) {
        int at = typed.lastIndexOf('@');
        return at >= 0
                && settings.domains.contains(typed.substring(at + 1).strip().toLowerCase(Locale.ROOT));
    }
}
