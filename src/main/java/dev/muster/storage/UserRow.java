package dev.muster.storage;

import dev.muster.model.UnreadableException;
import dev.muster.model.credential.Rank;
import dev.muster.model.user.Enrolment;
import dev.muster.model.user.Holds;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.User;
import dev.muster.model.value.Identifier;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `users`. The cards of `user` are empty, because they are stored in `sealedCards`.
///
/// @param seed the seed of the user's sealing key; null once the user is erased
/// @param sealedCards the sealed cards; null if the user has no cards
/// @param readable whether all columns hold valid values; otherwise [#user] throws
public record UserRow(long realm, User user, byte @Nullable [] seed, byte @Nullable [] sealedCards, boolean readable)
        implements StoredRow {
    private static final String ENROLLED = "enrolled";
    private static final String REENROLMENT_ALLOWED = "reenrolment_allowed";

    /// A user's stored columns that are derived from the holds.
    ///
    /// @param status the code of the [dev.muster.model.user.Status] of the most severe hold
    /// @param kinds the result of [Holds#kinds]
    /// @param nextChange the result of [Holds#nextEnd]
    public record HoldColumns(
            long number, int status, int kinds, @Nullable Instant nextChange) {
        static HoldColumns read(Row row) throws SQLException {
            return new HoldColumns(row.number(), row.small(), row.small(), row.instantOrNull());
        }
    }

    /// Creates a row to write.
    public UserRow(long realm, User user, byte @Nullable [] seed, byte @Nullable [] sealedCards) {
        this(realm, user, seed, sealedCards, true);
    }

    /// The user.
    ///
    /// @throws UnreadableException if the row is unreadable; it must not be used for decisions then
    @Override
    public User user() {
        return checked(user);
    }

    /// The user's id. Available even if the row is unreadable.
    public UUID id() {
        return user.id();
    }

    /// The user's number. Available even if the row is unreadable.
    public long number() {
        return user.number();
    }

    /// The user's identifier of that kind; null if there is none. Available even if the row is unreadable.
    public @Nullable Identifier identifier(Identifier.Kind kind) {
        return user.identifier(kind);
    }

    @Override
    public UnreadableException unreadable() {
        return new UnreadableException("user", id().toString());
    }

    void insert(Parameters to) throws SQLException {
        update(to);
        to.number(user.number());
        identifiers(to);
        to.instant(user.registeredAt());
    }

    /// Sets all columns that can change, except the identifiers.
    void update(Parameters to) throws SQLException {
        standing(to);
        to.text(user.name()).text(user.givenName()).text(user.familyName()).text(text(user.enrolment()));
        to.text(JsonColumns.of(user.workstations())).bytes(sealedCards).text(user.metadata());
        to.instant(user.updatedAt()).instant(user.activeAt()).instant(user.deviceAddedAt());
        to.instant(user.emailConfirmedAt()).instant(user.erasedAt()).bytes(seed);
        key(to);
    }

    void updateIdentifiers(Parameters to) throws SQLException {
        identifiers(to);
        key(to);
    }

    void key(Parameters to) throws SQLException {
        to.number(realm).uuid(user.id());
    }

    private void standing(Parameters to) throws SQLException {
        Holds holds = user.holds();
        Status status = holds.isEmpty()
                ? Status.ACTIVE
                : Status.of(holds.all().getFirst().kind());
        to.number(user.version()).code(user.tag()).code(user.rank()).code(status);
        to.small(holds.kinds()).instant(holds.nextEnd()).text(JsonColumns.of(holds));
    }

    private void identifiers(Parameters to) throws SQLException {
        to.small(Identifier.FOLDING);
        identifier(to, user.email());
        identifier(to, user.externalId());
        identifier(to, user.username());
    }

    private static void identifier(Parameters to, @Nullable Identifier identifier) throws SQLException {
        if (identifier == null) {
            to.text(null).text(null);
        } else {
            String folded = identifier.folded();
            to.text(folded).text(identifier.text().equals(folded) ? null : identifier.text());
        }
    }

    /// Reads columns in the order of `users.columns`. An invalid value makes only this row unreadable.
    static UserRow read(Row row) throws SQLException {
        long realm = row.number();
        User.Draft draft = new User.Draft(row.uuid(), row.number(), Instant.EPOCH);
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
        draft.enrolment = row.decoded(UserRow::enrolment, new Enrolment.None());
        draft.workstations = row.decoded(JsonColumns::texts, List.of());
        byte[] sealedCards = row.bytesOrNull();
        draft.metadata = row.textOrNull();
        draft.registeredAt = row.instant();
        draft.updatedAt = row.instant();
        draft.activeAt = row.instantOrNull();
        draft.deviceAddedAt = row.instantOrNull();
        draft.emailConfirmedAt = row.instantOrNull();
        draft.erasedAt = row.instantOrNull();
        byte[] seed = row.seedOrNull();
        return new UserRow(realm, draft.build(), seed, sealedCards, !row.isAltered());
    }

    /// Reads the holds in the next column. If they cannot be parsed, marks the row as altered and returns no holds.
    static Holds holds(Row row) throws SQLException {
        return row.decoded(JsonColumns::holds, Holds.NONE);
    }

    private static @Nullable Identifier identifier(Row row, Identifier.Kind kind) throws SQLException {
        String folded = row.textOrNull();
        String text = row.textOrNull();
        return folded == null ? null : new Identifier(kind, text == null ? folded : text, folded);
    }

    /// Returns the enrolment as text, such as `enrolled 1700000000000 job-17`; null if there is none.
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
