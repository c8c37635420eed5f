package dev.muster.storage;

import dev.muster.model.credential.Role;
import dev.muster.model.credential.SsoProvider;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An identity provider. The secret of `provider` is null, because it is stored in `sealedSecret`.
///
/// @param mac the MAC; see [CredentialTables.KeyRow]
public record SsoRow(long realm, SsoProvider provider, byte[] sealedSecret, byte @Nullable [] mac)
        implements MacRow<SsoRow> {
    @Override
    public SsoRow withMac(byte[] next) {
        return new SsoRow(realm, provider, sealedSecret, next);
    }

    void write(Parameters to) throws SQLException {
        SsoProvider.Settings settings = provider.settings();
        to.text(settings.issuer()).text(settings.clientId()).bytes(sealedSecret);
        to.text(JsonColumns.of(settings.scopes()))
                .text(settings.usernameClaim())
                .text(settings.roleClaim());
        to.text(JsonColumns.of(words(settings.roles()))).bool(settings.required());
        to.text(JsonColumns.of(settings.domains())).text(JsonColumns.of(settings.breakGlass()));
        to.instant(provider.createdAt()).bytes(mac).number(realm).uuid(provider.id());
    }

    /// Reads a row. Invalid values are handled as in [CredentialTables.KeyRow#read].
    static SsoRow read(Row row) throws SQLException {
        long realm = row.number();
        UUID id = row.uuid();
        String issuer = row.text();
        String clientId = row.text();
        byte[] sealedSecret = row.bytes();
        SsoProvider.Settings settings = new SsoProvider.Settings(
                issuer,
                clientId,
                null,
                row.decoded(JsonColumns::texts, List.of()),
                row.text(),
                row.text(),
                row.decoded(text -> roles(JsonColumns.texts(text)), new TreeMap<>()),
                row.bool(),
                row.decoded(JsonColumns::texts, List.of()),
                row.decoded(JsonColumns::texts, List.of()));
        SsoProvider provider = new SsoProvider(id, settings, row.instant());
        byte[] mac = row.bytesOrNull();
        return new SsoRow(realm, provider, sealedSecret, row.isAltered() ? null : mac);
    }

    /// Returns the claim's values, each followed by its role.
    private static List<String> words(SortedMap<String, Role> roles) {
        List<String> words = new ArrayList<>();
        roles.forEach((value, role) -> words.addAll(List.of(value, role.wireName())));
        return words;
    }

    private static SortedMap<String, Role> roles(List<String> words) {
        SortedMap<String, Role> roles = new TreeMap<>();
        for (int i = 0; i < words.size(); i += 2) {
            roles.put(words.get(i), Objects.requireNonNull(Role.of(words.get(i + 1))));
        }
        return roles;
    }
}
