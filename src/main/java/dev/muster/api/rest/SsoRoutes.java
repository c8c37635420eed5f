package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.directory.Credentials;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.OperatorCommand;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.value.Identifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Sets, lists and removes the identity providers of the caller's tenant.
record SsoRoutes(Credentials credentials, Writes writes) {
    private static final int MAX_LENGTH = 255;
    private static final int MAX_SECRET_LENGTH = 1_000;
    private static final int MAX_ROLES = 50;
    private static final int MAX_TEXTS = 20;
    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9-]+(\\.[a-z0-9-]+)+");
    private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]+");

    /// Replaces the settings of the provider with the given issuer, or adds a provider. Absent fields get their
    /// defaults, except the secret, which is kept.
    Reply put(RestCall call) {
        RestFields in = call.input().withBody();
        SsoProvider.Settings settings = new SsoProvider.Settings(
                Objects.requireNonNullElse(in.checks().issuer("issuer", in.required("issuer")), ""),
                in.requiredLine("clientId", MAX_LENGTH),
                secret(in),
                scopes(in),
                Objects.requireNonNullElse(in.line("usernameClaim", MAX_LENGTH), "preferred_username"),
                Objects.requireNonNullElse(in.line("roleClaim", MAX_LENGTH), "roles"),
                roles(in),
                in.flag("required", false),
                domains(in),
                breakGlass(in));
        in.check();
        return writes.onRealm(
                call,
                new OperatorCommand.PutSso(settings),
                change -> Reply.json(200, json -> write(json, change.sso())));
    }

    Reply list(RestCall call) {
        call.input().check();
        List<SsoProvider> providers = unlessRefused(credentials.providers(call.actor(), call.realm()));
        return Reply.json(200, json -> {
            json.object().array("items");
            providers.forEach(provider -> write(json, provider));
            json.end().end();
        });
    }

    Reply remove(RestCall call) {
        return writes.done(call, in -> new OperatorCommand.RemoveSso(in.id("id", "identity provider")));
    }

    private static @Nullable String secret(RestFields in) {
        String secret = in.optionalText("clientSecret");
        if (secret != null && (secret.isBlank() || secret.length() > MAX_SECRET_LENGTH)) {
            in.fault("clientSecret", "length", "Must have 1 to " + MAX_SECRET_LENGTH + " characters.");
        }
        return secret;
    }

    private static List<String> scopes(RestFields in) {
        LinkedHashSet<String> scopes = new LinkedHashSet<>(List.of("openid"));
        for (String scope : texts(in, "scopes")) {
            if (scope.length() > MAX_LENGTH || !SCOPE.matcher(scope).matches()) {
                in.fault("scopes", "invalid", "Must be scopes of OAuth, such as openid.");
            }
            scopes.add(scope);
        }
        return List.copyOf(scopes);
    }

    private static List<String> domains(RestFields in) {
        List<String> domains = new ArrayList<>();
        for (String text : texts(in, "domains")) {
            String domain = text.strip().toLowerCase(Locale.ROOT);
            if (domain.length() > MAX_LENGTH || !DOMAIN.matcher(domain).matches()) {
                in.fault("domains", "invalid", "Must be domains of e-mail addresses, such as acme.com.");
            }
            domains.add(domain);
        }
        return domains;
    }

    private static List<String> breakGlass(RestFields in) {
        return texts(in, "breakGlass").stream()
                .map(name -> Identifier.fold(Identifier.Kind.USERNAME, Identifier.trimmed(name)))
                .toList();
    }

    private static List<String> texts(RestFields in, String field) {
        int faults = in.faults().size();
        List<String> texts = in.texts(field);
        if (texts != null && texts.size() > MAX_TEXTS) {
            in.fault(field, "too_many", "Must be at most " + MAX_TEXTS + ".");
        }
        if (texts != null && texts.stream().anyMatch(text -> text.isBlank() || text.length() > MAX_LENGTH)) {
            in.fault(field, "length", "Each must have 1 to " + MAX_LENGTH + " characters.");
        }
        return texts == null || in.faults().size() > faults ? List.of() : texts;
    }

    private static SortedMap<String, Role> roles(RestFields in) {
        SortedMap<String, Role> roles = new TreeMap<>();
        Map<String, @Nullable Object> sent = in.opaque("roles");
        if (sent == null || sent.isEmpty() || sent.size() > MAX_ROLES) {
            if (!in.has("roles") || sent != null) {
                in.fault("roles", "required", "Must map 1 to " + MAX_ROLES + " values of the role claim to roles.");
            }
            return roles;
        }
        sent.forEach((value, word) -> {
            Role role = word instanceof String text ? Role.of(text) : null;
            if (value.isBlank() || value.length() > MAX_LENGTH || role == null) {
                in.fault("roles." + value, "invalid", "Must be viewer, manager or admin.");
            } else {
                roles.put(value, role);
            }
        });
        return roles;
    }

    private static void write(JsonWriter json, SsoProvider provider) {
        SsoProvider.Settings settings = provider.settings();
        json.object()
                .field("id", provider.id().toString())
                .field("issuer", settings.issuer())
                .field("clientId", settings.clientId());
        json.texts("scopes", settings.scopes());
        json.field("usernameClaim", settings.usernameClaim())
                .field("roleClaim", settings.roleClaim())
                .object("roles");
        settings.roles().forEach((value, role) -> json.name(value).text(role.wireName()));
        json.end().field("required", settings.required());
        json.texts("domains", settings.domains());
        json.texts("breakGlass", settings.breakGlass());
        json.field("createdAt", RestJson.of(provider.createdAt())).end();
    }
}
