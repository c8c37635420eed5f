package dev.muster.model;

import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Creator;
import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.model.value.WireNamed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A request that needs a second operator, and what became of it.
///
/// @param user the user whom it is about; null for a job or the realm itself
/// @param version the user's when it was asked for; 0 without a user
/// @param commands what is carried out when it is approved; null where that can no longer be read, as of a user who
///     was erased since
/// @param requestedBy who asked, and the key that an operator asked through
/// @param lapsesAt when nobody can approve it any more
/// @param decidedBy who approved or declined it; null for nobody
/// @param decidedAt when it was approved or declined, or lapsed; null while it is pending
public record Approval(
        UUID id,
        Kind kind,
        @Nullable UUID user,
        long version,
        @Nullable List<Command> commands,
        Creator requestedBy,
        Instant requestedAt,
        Instant lapsesAt,
        State state,
        @Nullable ActorRef decidedBy,
        @Nullable Instant decidedAt) {
    /// How long a request waits for a second operator.
    public static final Duration LAPSES_AFTER = Duration.ofDays(7);

    public Approval {
        commands = commands == null ? null : List.copyOf(commands);
    }

    /// Why a request needs approval.
    public enum Kind implements Coded, WireNamed {
        BAR(0, "bar"),
        ERASE(1, "erase"),
        ANNUL_BAR(2, "annul-bar"),
        /// It is one of a change of many users at once.
        BULK(3, "bulk"),
        /// It changes what needs approval.
        RULES(4, "rules");

        public static final Codes<Kind> CODES = new Codes<>(values());

        private final int code;
        private final String word;

        Kind(int code, String word) {
            this.code = code;
            this.word = word;
        }

        @Override
        public int code() {
            return code;
        }

        /// The name on the wire.
        @Override
        public String word() {
            return word;
        }
    }

    /// What has become of a request.
    public enum State implements Coded, WireNamed {
        PENDING(0, "pending"),
        APPROVED(1, "approved"),
        DECLINED(2, "declined"),
        LAPSED(3, "lapsed");

        public static final Codes<State> CODES = new Codes<>(values());

        private final int code;
        private final String word;

        State(int code, String word) {
            this.code = code;
            this.word = word;
        }

        @Override
        public int code() {
            return code;
        }

        /// The name on the wire.
        @Override
        public String word() {
            return word;
        }
    }

    /// What its entries in the journal are about: the user, or else the realm.
    public Event.Subject subject() {
        return user == null ? Event.Subject.THE_REALM : new Event.Subject(Event.Subject.Type.USER, user);
    }

    /// The state at a moment: a request whose time is over has lapsed, whether that is noted yet or not.
    public State stateAt(Instant now) {
        return state == State.PENDING && !now.isBefore(lapsesAt) ? State.LAPSED : state;
    }

    /// The same request, decided.
    ///
    /// @param by null for nobody
    public Approval decided(State newState, @Nullable ActorRef by, Instant at) {
        return new Approval(id, kind, user, version, commands, requestedBy, requestedAt, lapsesAt, newState, by, at);
    }

    /// The same request with what is carried out.
    public Approval asking(@Nullable List<Command> newCommands) {
        return new Approval(
                id, kind, user, version, newCommands, requestedBy, requestedAt, lapsesAt, state, decidedBy, decidedAt);
    }
}
