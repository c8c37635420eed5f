package dev.muster.storage;

import dev.muster.model.credential.Rank;
import dev.muster.model.user.Enrolment;
import dev.muster.model.user.Holds;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.value.Identifier;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How a user stands in the columns of `users`.
final class UserColumns {
    private static final String ENROLLED = "enrolled";
    private static final String REENROLMENT_ALLOWED = "reenrolment_allowed";

    private UserColumns() {}

    /// In the order of `user_insert`.
    static void insert(Binder to, Rows.UserRow row) throws SQLException {
        User user = row.user();
        to.number(row.realm()).uuid(user.id()).number(user.number());
        standing(to, user);
        identifiers(to, user);
        texts(to, row);
        to.instant(user.registeredAt());
        instants(to, row);
    }

    /// In the order of `user_update`.
    static void update(Binder to, Rows.UserRow row) throws SQLException {
        standing(to, row.user());
        texts(to, row);
        instants(to, row);
        to.number(row.realm()).uuid(row.user().id());
    }

    /// In the order of `user_update_identifiers`.
    static void updateIdentifiers(Binder to, Rows.UserRow row) throws SQLException {
        identifiers(to, row.user());
        to.number(row.realm()).uuid(row.user().id());
    }

    private static void standing(Binder to, User user) throws SQLException {
        Holds holds = user.holds();
        Status status = holds.isEmpty()
                ? Status.ACTIVE
                : Status.of(holds.all().getFirst().kind());
        to.number(user.version())
                .code(user.tag())
                .code(user.rank())
                .code(status)
                .small(holds.kinds())
                .instant(holds.nextEnd())
                .text(JsonColumns.of(holds));
    }

    private static void identifiers(Binder to, User user) throws SQLException {
        to.small(Identifier.FOLDING);
        identifier(to, user.email());
        identifier(to, user.externalId());
        identifier(to, user.username());
    }

    private static void identifier(Binder to, @Nullable Identifier identifier) throws SQLException {
        if (identifier == null) {
            to.text(null).text(null);
        } else {
            String folded = identifier.folded();
            to.text(folded).text(identifier.text().equals(folded) ? null : identifier.text());
        }
    }

    private static void texts(Binder to, Rows.UserRow row) throws SQLException {
        User user = row.user();
        to.text(user.name())
                .text(user.givenName())
                .text(user.familyName())
                .text(text(user.enrolment()))
                .text(JsonColumns.of(user.workstations()))
                .bytes(row.sealedCards())
                .text(user.metadata());
    }

    private static void instants(Binder to, Rows.UserRow row) throws SQLException {
        User user = row.user();
        to.instant(user.updatedAt())
                .instant(user.activeAt())
                .instant(user.deviceAddedAt())
                .instant(user.emailConfirmedAt())
                .instant(user.erasedAt())
                .bytes(row.seed());
    }

    /// In the order of `users.columns`. A row with a value that no version writes is not readable, and costs no other.
    static Rows.UserRow read(Row row) throws SQLException {
        long realm = row.number();
        UUID id = row.uuid();
        long number = row.number();
        User.Draft draft = new User.Draft(id, number, Instant.EPOCH);
        draft.version = row.number();
        draft.tag = row.coded(Tag.CODES);
        draft.rank = row.coded(Rank.CODES);
        draft.holds = holds(row);
        draft.email = identifier(row, Identifier.Kind.EMAIL);
        draft.externalId = identifier(row, Identifier.Kind.EXTERNAL_ID);
        draft.username = identifier(row, Identifier.Kind.USERNAME);
        draft.name = row.textOrNull();
        draft.givenName = row.textOrNull();
        draft.familyName = row.textOrNull();
        draft.enrolment = row.decoded(row.textOrNull(), UserColumns::enrolment, new Enrolment.None());
        draft.workstations = row.decoded(row.textOrNull(), JsonColumns::texts, List.of());
        byte[] sealedCards = row.bytesOrNull();
        draft.metadata = row.textOrNull();
        draft.registeredAt = row.instant();
        draft.updatedAt = row.instant();
        draft.activeAt = row.instantOrNull();
        draft.deviceAddedAt = row.instantOrNull();
        draft.emailConfirmedAt = row.instantOrNull();
        draft.erasedAt = row.instantOrNull();
        byte[] seed = row.seedOrNull();
        return new Rows.UserRow(realm, draft.build(), seed, sealedCards, !row.isAltered());
    }

    /// The holds in the next column; none, of an altered row, where it has something else.
    static Holds holds(Row row) throws SQLException {
        return row.decoded(row.textOrNull(), JsonColumns::holds, Holds.NONE);
    }

    private static @Nullable Identifier identifier(Row row, Identifier.Kind kind) throws SQLException {
        String folded = row.textOrNull();
        String text = row.textOrNull();
        return folded == null ? null : new Identifier(kind, text == null ? folded : text, folded);
    }

    /// Such as `enrolled 1700000000000 job-17`; null for none.
    private static @Nullable String text(Enrolment enrolment) {
        return switch (enrolment) {
            case Enrolment.None() -> null;
            case Enrolment.Enrolled enrolled -> text(ENROLLED, enrolled);
            case Enrolment.ReenrolmentAllowed(var previous) -> text(REENROLMENT_ALLOWED, previous);
        };
    }

    private static String text(String word, Enrolment.Enrolled enrolled) {
        return word + ' ' + enrolled.at().toEpochMilli() + ' ' + enrolled.jobId();
    }

    private static Enrolment enrolment(@Nullable String text) {
        if (text == null) {
            return new Enrolment.None();
        }
        int first = text.indexOf(' ');
        int second = text.indexOf(' ', first + 1);
        Enrolment.Enrolled enrolled = new Enrolment.Enrolled(
                text.substring(second + 1), Instant.ofEpochMilli(Long.parseLong(text, first + 1, second, 10)));
        return switch (text.substring(0, first)) {
            case ENROLLED -> enrolled;
            case REENROLMENT_ALLOWED -> new Enrolment.ReenrolmentAllowed(enrolled);
            default -> throw new IllegalStateException("not an enrolment: " + text.substring(0, first));
        };
    }
}
