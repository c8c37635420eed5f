package dev.muster.storage;

import dev.muster.model.Fingerprint;
import dev.muster.model.Identifier;
import dev.muster.model.Needs;
import dev.muster.model.Tenant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/// Looks up sets of things by their keys, over several realms: one statement for each kind of key, and none where no
/// key of that kind is wanted.
final class Loading {
    private final Session session;
    private final Map<Long, Needs> needs;

    Loading(Session session, Map<Long, Needs> needs) {
        this.session = session;
        this.needs = needs;
    }

    void users(Collection<Rows.UserRow> all) {
        find("users_by_id", "uuid", needed -> needed.usersById, UserColumns::read, all);
        find("users_by_number", "bigint", needed -> needed.usersByNumber, UserColumns::read, all);
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            find(
                    "users_by_" + word(kind),
                    "text",
                    needed -> folded(needed.usersByIdentifier, kind),
                    UserColumns::read,
                    all);
        }
    }

    /// What a kind of identifier is called in the names of statements.
    static String word(Identifier.Kind kind) {
        return switch (kind) {
            case EMAIL -> "email";
            case EXTERNAL_ID -> "external_id";
            case USERNAME -> "username";
        };
    }

    private static List<String> folded(Collection<Identifier.Key> keys, Identifier.Kind kind) {
        return keys.isEmpty()
                ? List.of()
                : keys.stream()
                        .filter(key -> key.kind() == kind)
                        .map(Identifier.Key::folded)
                        .toList();
    }

    void bars(Collection<Rows.BarRow> all) {
        find("bars_by_fingerprint", "bytea", needed -> bytes(needed.bars), Columns::bar, all);
    }

    void cards(Collection<Rows.CardRow> all) {
        find("cards_by_fingerprint", "bytea", needed -> bytes(needed.cards), Columns::card, all);
    }

    private static List<byte[]> bytes(Collection<Fingerprint> prints) {
        return prints.stream().map(Fingerprint::bytes).toList();
    }

    void keys(Collection<Rows.KeyRow> all) {
        find("keys_by_id", "uuid", needed -> needed.wantsAllKeys() ? List.<UUID>of() : needed.keys, Columns::key, all);
        List<Long> whole = needs.entrySet().stream()
                .filter(needed -> needed.getValue().wantsAllKeys())
                .map(Map.Entry::getKey)
                .toList();
        if (!whole.isEmpty()) {
            all.addAll(session.list("keys_of_realms", to -> to.values("bigint", whole), Columns::key));
        }
    }

    void operators(Collection<Rows.OperatorRow> all) {
        find("operators_by_id", "uuid", needed -> needed.operators, Columns::operator, all);
        find(
                "operators_by_username",
                "text",
                needed -> folded(needed.operatorNames, Identifier.Kind.USERNAME),
                Columns::operator,
                all);
    }

    /// Tenants are the same in every realm.
    void tenants(Collection<Tenant> all) {
        List<String> partners = needs.values().stream()
                .flatMap(needed -> needed.partners.stream())
                .distinct()
                .toList();
        if (!partners.isEmpty()) {
            all.addAll(session.list("tenants_by_partner", to -> to.values("text", partners), Columns::tenant));
        }
    }

    private <T> void find(
            String name,
            String type,
            Function<Needs, ? extends Collection<?>> keys,
            Row.Reader<T> reader,
            Collection<T> all) {
        Map<Long, Collection<?>> wanted = new LinkedHashMap<>();
        needs.forEach((realm, needed) -> {
            Collection<?> some = keys.apply(needed);
            if (!some.isEmpty()) {
                wanted.put(realm, some);
            }
        });
        if (!wanted.isEmpty()) {
            all.addAll(session.list(name, to -> to.values(type, wanted), reader));
        }
    }
}
