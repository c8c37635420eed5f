package dev.muster.storage;

import dev.muster.model.Fingerprint;
import dev.muster.model.Identifier;
import dev.muster.model.Needs;
import dev.muster.model.Tenant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/// Looks up sets of things by their keys, over several realms: on PostgreSQL one statement for each kind of key, which
/// is given them as arrays; on SQLite a statement for each key.
final class Loading {
    private final Session session;
    private final Map<Long, Needs> needs;

    Loading(Session session, Map<Long, Needs> needs) {
        this.session = session;
        this.needs = needs;
    }

    /// A key, and the realm in which it is looked up.
    private record In<K>(long realm, K key) {}

    /// How keys of one type go into statements.
    ///
    /// @param type the name of PostgreSQL's type
    private record Keys<K>(String type, Parameters.Filler<K> one, Function<K, Object> element) {}

    private static final Keys<UUID> IDS = new Keys<>("uuid", Parameters::uuid, id -> id);
    private static final Keys<Long> NUMBERS = new Keys<>("bigint", Parameters::number, number -> number);
    private static final Keys<Identifier.Key> FOLDED =
            new Keys<>("text", (to, key) -> to.text(key.folded()), Identifier.Key::folded);
    private static final Keys<Fingerprint> PRINTS =
            new Keys<>("bytea", (to, print) -> to.bytes(print.bytes()), Fingerprint::bytes);

    void users(Collection<Rows.UserRow> all) {
        find("user_by_id", "users_by_id", IDS, needed -> needed.usersById, UserColumns::read, all);
        find("user_by_number", "users_by_number", NUMBERS, needed -> needed.usersByNumber, UserColumns::read, all);
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            find(
                    "user_by_" + word(kind),
                    "users_by_" + word(kind),
                    FOLDED,
                    needed -> ofKind(needed.usersByIdentifier, kind),
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

    private static Collection<Identifier.Key> ofKind(Collection<Identifier.Key> keys, Identifier.Kind kind) {
        return keys.isEmpty()
                ? List.of()
                : keys.stream().filter(key -> key.kind() == kind).toList();
    }

    <T> void fingerprints(
            String what, Function<Needs, Collection<Fingerprint>> keys, Row.Reader<T> reader, Collection<T> all) {
        find(what + "_by_fingerprint", what + "s_by_fingerprint", PRINTS, keys, reader, all);
    }

    void keys(Collection<Rows.KeyRow> all) {
        find(
                "key_by_id",
                "keys_by_id",
                IDS,
                needed -> needed.wantsAllKeys() ? List.of() : needed.keys,
                Columns::key,
                all);
        List<Long> whole = needs.entrySet().stream()
                .filter(needed -> needed.getValue().wantsAllKeys())
                .map(Map.Entry::getKey)
                .toList();
        if (whole.isEmpty()) {
            return;
        }
        switch (session.flavour()) {
            case SQLITE -> session.listEach("keys_of_realm", whole, Parameters::number, Columns::key, all);
            case POSTGRES ->
                all.addAll(session.list("keys_of_realms", to -> to.array("bigint", whole.toArray()), Columns::key));
        }
    }

    void operators(Collection<Rows.OperatorRow> all) {
        find("operator_by_id", "operators_by_id", IDS, needed -> needed.operators, Columns::operator, all);
        find(
                "operator_by_username",
                "operators_by_username",
                FOLDED,
                needed -> needed.operatorNames,
                Columns::operator,
                all);
    }

    /// Tenants are the same in every realm.
    void tenants(Collection<Tenant> all) {
        List<String> partners = needs.values().stream()
                .flatMap(needed -> needed.partners.stream())
                .distinct()
                .toList();
        if (partners.isEmpty()) {
            return;
        }
        switch (session.flavour()) {
            case SQLITE -> session.listEach("tenant_by_partner", partners, Parameters::text, Columns::tenant, all);
            case POSTGRES ->
                all.addAll(session.list(
                        "tenants_by_partner", to -> to.array("text", partners.toArray()), Columns::tenant));
        }
    }

    void retries(Collection<Rows.RetryRow> wanted, Collection<Rows.RetryRow> all) {
        if (wanted.isEmpty()) {
            return;
        }
        switch (session.flavour()) {
            case SQLITE ->
                session.listEach(
                        "retry_by_key",
                        wanted,
                        (to, row) -> to.number(row.realm()).uuid(row.actor()).bytes(row.key()),
                        Columns::retry,
                        all);
            case POSTGRES ->
                all.addAll(session.list(
                        "retries_by_key",
                        to -> to.array("bigint", elements(wanted, Rows.RetryRow::realm))
                                .array("uuid", elements(wanted, Rows.RetryRow::actor))
                                .array("bytea", elements(wanted, Rows.RetryRow::key)),
                        Columns::retry));
        }
    }

    private <K, T> void find(
            String one,
            String many,
            Keys<K> type,
            Function<Needs, Collection<K>> keys,
            Row.Reader<T> reader,
            Collection<T> all) {
        List<In<K>> wanted = new ArrayList<>();
        needs.forEach((realm, needed) -> {
            for (K key : keys.apply(needed)) {
                wanted.add(new In<>(realm, key));
            }
        });
        if (wanted.isEmpty()) {
            return;
        }
        switch (session.flavour()) {
            case SQLITE ->
                session.listEach(
                        one, wanted, (to, in) -> type.one().fill(to.number(in.realm()), in.key()), reader, all);
            case POSTGRES ->
                all.addAll(session.list(
                        many,
                        to -> to.array("bigint", elements(wanted, In::realm))
                                .array(
                                        type.type(),
                                        elements(wanted, in -> type.element().apply(in.key()))),
                        reader));
        }
    }

    private static <T> Object[] elements(Collection<T> all, Function<T, Object> element) {
        return all.stream().map(element).toArray();
    }
}
