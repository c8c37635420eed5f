package dev.muster.model.user;

import dev.muster.model.credential.Rank;
import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A person in a realm.
///
/// @param number the user's number in the realm: numbers start at 1 without gaps, in order of registration, and are
///     never reused
/// @param metadata a JSON object as text; null for an empty one
/// @param activeAt when the user last became allowed to act, by registration or because holds ended; null if that was
///     not recorded
/// @param version a number that each request that changes the user increments once
public record User(
        UUID id,
        long number,
        @Nullable Identifier externalId,
        @Nullable Identifier email,
        @Nullable Instant emailConfirmedAt,
        @Nullable Identifier username,
        @Nullable String name,
        @Nullable String givenName,
        @Nullable String familyName,
        Tag tag,
        Rank rank,
        Holds holds,
        Enrolment enrolment,
        List<String> workstations,
        List<Card> cards,
        @Nullable String metadata,
        Instant registeredAt,
        Instant updatedAt,
        @Nullable Instant activeAt,
        @Nullable Instant deviceAddedAt,
        @Nullable Instant erasedAt,
        long version) {

    /// The identifier of this kind; null if there is none.
    public @Nullable Identifier identifier(Identifier.Kind kind) {
        return switch (kind) {
            case EMAIL -> email;
            case EXTERNAL_ID -> externalId;
            case USERNAME -> username;
        };
    }

    public boolean isBarred() {
        return holds.has(HoldKind.BARRED);
    }

    public boolean isRemoved() {
        return holds.has(HoldKind.REMOVED);
    }

    public boolean isErased() {
        return erasedAt != null;
    }

    /// Whether this user is a SUPER who is neither removed nor barred.
    public boolean isSuperInService() {
        return rank == Rank.SUPER && !isRemoved() && !isBarred();
    }

    /// Returns this user as of `now`, without expired holds. If the last restriction has expired, `activeAt` is the
    /// time at which it ended.
    public User at(Instant now) {
        Holds left = holds.at(now);
        if (left.all().size() == holds.all().size()) {
            return this;
        }
        Draft draft = draft();
        draft.holds = left;
        if (left.decision(now) == Decision.ALLOW) {
            draft.activeAt = lastEnd(now);
        }
        return draft.build();
    }

    private @Nullable Instant lastEnd(Instant now) {
        Instant last = activeAt;
        for (Hold hold : holds.all()) {
            Instant until = hold.until();
            if (until != null && !hold.inEffect(now) && (last == null || until.isAfter(last))) {
                last = until;
            }
        }
        return last;
    }

    public Standing standing(Instant now) {
        return Standing.of(id, holds, version, now);
    }

    /// Returns a mutable copy.
    public Draft draft() {
        return new Draft(this);
    }

    /// A mutable copy of a user from which the next state is built.
    public static final class Draft {
        private final UUID id;
        private final long number;

        public Instant registeredAt;
        public @Nullable Identifier externalId;
        public @Nullable Identifier email;
        public @Nullable Instant emailConfirmedAt;
        public @Nullable Identifier username;
        public @Nullable String name;
        public @Nullable String givenName;
        public @Nullable String familyName;
        public Tag tag = Tag.USER;
        public Rank rank = Rank.REGULAR;
        public Holds holds = Holds.NONE;
        public Enrolment enrolment = new Enrolment.None();
        public List<String> workstations = List.of();
        public List<Card> cards = List.of();
        public @Nullable String metadata;
        public Instant updatedAt;
        public @Nullable Instant activeAt;
        public @Nullable Instant deviceAddedAt;
        public @Nullable Instant erasedAt;
        public long version;

        /// Creates a draft of a new user, registered at `now` and allowed to act, with no other fields set.
        public Draft(UUID id, long number, Instant now) {
            this.id = id;
            this.number = number;
            registeredAt = now;
            updatedAt = now;
            activeAt = now;
        }

        private Draft(User user) {
            id = user.id;
            number = user.number;
            registeredAt = user.registeredAt;
            externalId = user.externalId;
            email = user.email;
            emailConfirmedAt = user.emailConfirmedAt;
            username = user.username;
            name = user.name;
            givenName = user.givenName;
            familyName = user.familyName;
            tag = user.tag;
            rank = user.rank;
            holds = user.holds;
            enrolment = user.enrolment;
            workstations = user.workstations;
            cards = user.cards;
            metadata = user.metadata;
            updatedAt = user.updatedAt;
            activeAt = user.activeAt;
            deviceAddedAt = user.deviceAddedAt;
            erasedAt = user.erasedAt;
            version = user.version;
        }

        public void identifier(Identifier.Kind kind, @Nullable Identifier value) {
            switch (kind) {
                case EMAIL -> email = value;
                case EXTERNAL_ID -> externalId = value;
                case USERNAME -> username = value;
            }
        }

        public User build() {
            return new User(
                    id,
                    number,
                    externalId,
                    email,
                    emailConfirmedAt,
                    username,
                    name,
                    givenName,
                    familyName,
                    tag,
                    rank,
                    holds,
                    enrolment,
                    workstations,
                    cards,
                    metadata,
                    registeredAt,
                    updatedAt,
                    activeAt,
                    deviceAddedAt,
                    erasedAt,
                    version);
        }
    }
}
