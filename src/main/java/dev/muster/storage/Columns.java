package dev.muster.storage;

import dev.muster.model.Counters;
import dev.muster.model.Event;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Maker;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.tenant.Realm;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How all rows but users stand in their columns: for each, what writes them and what reads them, in the order of the
/// statements' own lists.
final class Columns {
    /// Bytes of a journal's head.
    private static final int HEAD = 32;

    private Columns() {}

    static void insert(Binder to, Rows.BatchRow row) throws SQLException {
        to.number(row.realm())
                .number(row.no())
                .uuid(row.txn())
                .number(row.firstSeq())
                .number(row.lastSeq())
                .bytes(row.head())
                .number(row.number())
                .text(row.counters().text())
                .instant(row.at());
    }

    static Rows.BatchRow batch(Row row) throws SQLException {
        long realm = row.number();
        long no = row.number();
        UUID txn = row.uuid();
        long firstSeq = row.number();
        long lastSeq = row.number();
        byte[] head = row.bytes();
        long number = row.number();
        Counters counters = counters(row);
        Instant at = row.instant();
        return new Rows.BatchRow(
                realm, no, txn, firstSeq, lastSeq, head, number, counters, at, !row.isAltered() && head.length == HEAD);
    }

    static void put(Binder to, Rows.QuotaRow row) throws SQLException {
        Quotas quotas = row.quotas();
        to.number(row.realm())
                .number(quotas.users())
                .number(quotas.evidenceBytes())
                .number(quotas.groups())
                .number(quotas.policies())
                .number(quotas.keys())
                .number(quotas.requestsPerSecond())
                .bytes(row.mac());
    }

    static Rows.QuotaRow quotas(long realm, Row row) throws SQLException {
        return new Rows.QuotaRow(
                realm,
                new Quotas(row.number(), row.number(), row.number(), row.number(), row.number(), row.number()),
                row.bytesOrNull());
    }

    /// All zero, of an altered row, where the column holds something else.
    private static Counters counters(Row row) throws SQLException {
        try {
            return Counters.parse(row.text());
        } catch (NumberFormatException e) {
            return row.altered(Counters.ZERO);
        }
    }

    static void insert(Binder to, Rows.DayEndRow row) throws SQLException {
        to.number(row.realm())
                .number(row.day())
                .number(row.number())
                .text(row.counters().text());
    }

    static Rows.DayEndRow dayEnd(Row row) throws SQLException {
        return new Rows.DayEndRow(row.number(), row.number(), row.number(), counters(row), !row.isAltered());
    }

    static void insert(Binder to, Rows.SessionRow row) throws SQLException {
        to.number(row.realm())
                .bytes(row.tokenHash())
                .uuid(row.operator())
                .number(row.generation())
                .instant(row.begunAt())
                .instant(row.seenAt())
                .bytes(row.mac());
    }

    static Rows.SessionRow session(Row row) throws SQLException {
        return new Rows.SessionRow(
                row.number(), row.bytes(), row.uuid(), row.number(), row.instant(), row.instant(), row.bytesOrNull());
    }

    static void insert(Binder to, Rows.TokenFamilyRow row) throws SQLException {
        to.number(row.realm())
                .uuid(row.id())
                .number(row.spent())
                .instant(row.endsAt())
                .bytes(row.mac());
    }

    static Rows.TokenFamilyRow tokenFamily(Row row) throws SQLException {
        return new Rows.TokenFamilyRow(row.number(), row.uuid(), row.number(), row.instant(), row.bytesOrNull());
    }

    static void put(Binder to, Rows.VerificationRow row) throws SQLException {
        to.number(row.realm())
                .instant(row.at())
                .number(row.entries())
                .text(row.head())
                .number(row.firstBad())
                .text(row.reason());
    }

    static Rows.VerificationRow verification(Row row) throws SQLException {
        return new Rows.VerificationRow(
                row.number(), row.instant(), row.number(), row.text(), row.numberOrNull(), row.textOrNull());
    }

    static void insert(Binder to, Rows.JournalRow row) throws SQLException {
        to.number(row.realm())
                .number(row.seq())
                .bytes(row.entry())
                .bytes(row.hash())
                .instant(row.at())
                .code(row.actor().kind())
                .uuid(row.actor().id())
                .text(row.action());
        subject(to, row.subject());
    }

    static Rows.JournalRow journal(Row row) throws SQLException {
        return new Rows.JournalRow(
                row.number(),
                row.number(),
                row.bytes(),
                row.bytes(),
                row.instant(),
                new ActorRef(row.coded(ActorRef.Kind.CODES), row.uuid()),
                row.text(),
                subject(row));
    }

    private static void subject(Binder to, Event.Subject subject) throws SQLException {
        to.code(subject.type()).uuid(subject.id());
    }

    private static Event.Subject subject(Row row) throws SQLException {
        return new Event.Subject(row.coded(Event.Subject.Type.CODES), row.uuid());
    }

    static void print(Binder to, Rows.BarRow row) throws SQLException {
        to.number(row.realm()).bytes(row.fingerprint()).uuid(row.user());
    }

    /// Which bar it was: a fingerprint is barred once in a realm.
    static void annulled(Binder to, Rows.BarRow row) throws SQLException {
        to.number(row.realm()).bytes(row.fingerprint());
    }

    static Rows.BarRow bar(Row row) throws SQLException {
        return new Rows.BarRow(row.number(), row.bytes(), row.uuid());
    }

    static void print(Binder to, Rows.CardRow row) throws SQLException {
        to.number(row.realm()).bytes(row.fingerprint()).uuid(row.user());
    }

    static Rows.CardRow card(Row row) throws SQLException {
        return new Rows.CardRow(row.number(), row.bytes(), row.uuid());
    }

    static void insert(Binder to, Rows.KeyRow row) throws SQLException {
        to.number(row.realm()).uuid(row.key().id());
        changing(to, row);
    }

    static void update(Binder to, Rows.KeyRow row) throws SQLException {
        changing(to, row);
        to.number(row.realm()).uuid(row.key().id());
    }

    private static void changing(Binder to, Rows.KeyRow row) throws SQLException {
        ApiKey key = row.key();
        Role role = key.role();
        to.text(key.name())
                .text(role == null ? null : role.word())
                .small(bits(key.scopes()))
                .code(key.rank())
                .truth(key.signs())
                .bytes(key.textHash().bytes())
                .bytes(row.sealedSecret())
                .instant(key.createdAt())
                .instant(key.expiresAt())
                .instant(key.revokedAt());
        maker(to, key.madeBy());
        to.bytes(row.mac());
    }

    /// A row with a value that no version writes loses its MAC, so it is not obeyed.
    static Rows.KeyRow key(Row row) throws SQLException {
        long realm = row.number();
        UUID id = row.uuid();
        String name = row.text();
        String role = row.textOrNull();
        Set<Scope> scopes = scopes(row.small());
        Rank rank = row.coded(Rank.CODES);
        boolean signs = row.truth();
        Digest textHash = new Digest(row.bytes());
        byte[] sealedSecret = row.bytes();
        ApiKey key = new ApiKey(
                id,
                name,
                role == null ? null : role(row, role),
                scopes,
                rank,
                signs,
                textHash,
                null,
                row.instant(),
                row.instantOrNull(),
                row.instantOrNull(),
                maker(row),
                row.instantOrNull());
        byte[] mac = row.bytesOrNull();
        return new Rows.KeyRow(realm, key, sealedSecret, row.isAltered() ? null : mac);
    }

    private static void maker(Binder to, @Nullable Maker maker) throws SQLException {
        to.codeOrNull(maker == null ? null : maker.by().kind())
                .uuidOrNull(maker == null ? null : maker.by().id())
                .uuidOrNull(maker == null ? null : maker.through());
    }

    private static @Nullable Maker maker(Row row) throws SQLException {
        ActorRef.Kind kind = row.codedOrNull(ActorRef.Kind.CODES);
        UUID by = row.uuidOrNull();
        UUID through = row.uuidOrNull();
        return kind == null || by == null ? null : new Maker(new ActorRef(kind, by), through);
    }

    private static int bits(Set<Scope> scopes) {
        int bits = 0;
        for (Scope scope : scopes) {
            bits |= scope.bit();
        }
        return bits;
    }

    private static Set<Scope> scopes(int bits) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (Scope scope : Scope.values()) {
            if ((bits & scope.bit()) != 0) {
                scopes.add(scope);
            }
        }
        return scopes;
    }

    static void insert(Binder to, Rows.OperatorRow row) throws SQLException {
        to.number(row.realm()).uuid(row.operator().id());
        changing(to, row);
    }

    static void update(Binder to, Rows.OperatorRow row) throws SQLException {
        changing(to, row);
        to.number(row.realm()).uuid(row.operator().id());
    }

    private static void changing(Binder to, Rows.OperatorRow row) throws SQLException {
        Operator operator = row.operator();
        to.small(Identifier.FOLDING)
                .text(operator.username().folded())
                .text(operator.username().text())
                .text(operator.role().word())
                .text(operator.passwordHash())
                .number(operator.generation())
                .instant(operator.createdAt())
                .instant(operator.disabledAt())
                .instant(operator.deletedAt());
        maker(to, operator.madeBy());
        to.bytes(row.seed()).bytes(row.mac());
    }

    private static Role role(Row row, String word) {
        Role role = Role.of(word);
        return role == null ? row.altered(Role.VIEWER) : role;
    }

    /// As [#key].
    static Rows.OperatorRow operator(Row row) throws SQLException {
        long realm = row.number();
        UUID id = row.uuid();
        String folded = row.text();
        Operator operator = new Operator(
                id,
                new Identifier(Identifier.Kind.USERNAME, row.text(), folded),
                role(row, row.text()),
                row.text(),
                row.number(),
                row.instant(),
                row.instantOrNull(),
                row.instantOrNull(),
                maker(row));
        byte[] seed = row.bytes();
        byte[] mac = row.bytesOrNull();
        return new Rows.OperatorRow(realm, operator, seed, row.isAltered() ? null : mac);
    }

    static void insert(Binder to, Tenant tenant) throws SQLException {
        to.uuid(tenant.id())
                .text(tenant.partnerId())
                .text(tenant.name())
                .number(tenant.testRealm())
                .number(tenant.productionRealm())
                .instant(tenant.createdAt());
    }

    static Tenant tenant(Row row) throws SQLException {
        return new Tenant(row.uuid(), row.text(), row.text(), row.number(), row.number(), row.instant());
    }

    static void insert(Binder to, Rows.RealmRow row) throws SQLException {
        Realm realm = row.realm();
        to.number(realm.id()).text(realm.partnerId()).code(realm.environment()).bytes(row.wrappedKey());
    }

    static Rows.RealmRow realm(Row row) throws SQLException {
        Realm realm = new Realm(row.number(), row.text(), row.coded(Environment.CODES));
        return new Rows.RealmRow(realm, row.bytes(), !row.isAltered());
    }

    static void insert(Binder to, Rows.RetryRow row) throws SQLException {
        to.number(row.realm())
                .uuid(row.actor())
                .bytes(row.key())
                .bytes(row.request())
                .number(row.seq())
                .instant(row.at());
        subject(to, row.subject());
    }

    static Rows.RetryRow retry(Row row) throws SQLException {
        return new Rows.RetryRow(
                row.number(),
                row.uuid(),
                row.bytes(),
                row.bytes(),
                row.number(),
                row.instant(),
                subject(row),
                !row.isAltered());
    }

    static void insert(Binder to, Rows.SignatureRow row) throws SQLException {
        to.number(row.realm()).bytes(row.signature()).bytes(row.request()).instant(row.at());
    }

    static Rows.SignatureRow signature(Row row) throws SQLException {
        return new Rows.SignatureRow(row.number(), row.bytes(), row.bytes(), row.instant());
    }

    static void insert(Binder to, Rows.CheckpointRow row) throws SQLException {
        to.number(row.realm())
                .number(row.seq())
                .bytes(row.head())
                .instant(row.at())
                .text(row.line());
    }

    static Rows.CheckpointRow checkpoint(Row row) throws SQLException {
        return new Rows.CheckpointRow(row.number(), row.number(), row.bytes(), row.instant(), row.text());
    }

    static Instant instant(Row row) throws SQLException {
        return row.instant();
    }
}
