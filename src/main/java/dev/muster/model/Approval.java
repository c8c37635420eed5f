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

/// A request that needs approval by a second operator, and its state.
///
/// @param user the user that the request is about; null if it concerns a job or the realm itself
/// @param version the user's version at the time of the request; 0 if it does not concern a user
/// @param commands the commands to execute once approved; null if they can no longer be read because the user has been
///     erased
/// @param requestedBy the requester and, for an operator who acted through an API key, that key
/// @param lapsesAt the first instant at which it can no longer be approved
/// @param decidedBy who approved or declined it; null if it is pending or lapsed
/// @param decidedAt when it was approved or declined, or lapsed; null while it is pending
public record Approval(
        UUID id,
        Kind kind,
        @Nullable UUID user,
        long version,
        @Nullable List<Command.Deferrable> commands,
        Creator requestedBy,
        Instant requestedAt,
        Instant lapsesAt,
        State state,
        @Nullable ActorRef decidedBy,
        @Nullable Instant decidedAt) {
    /// How long a request can wait for approval.
    public static final Duration LAPSES_AFTER = Duration.ofDays(7);

    public Approval {
        commands = commands == null ? null : List.copyOf(commands);
    }

    /// Why a request needs approval.
    public enum Kind implements Coded, WireNamed {
        BAR(0, "bar"),
        ERASE(1, "erase"),
        ANNUL_BAR(2, "annul-bar"),
        /// The request is part of a bulk change.
        BULK(3, "bulk"),
        /// The request changes the approval rules.
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
        public String wireName() {
            return word;
        }
    }

    /// The state of a request.
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
        public String wireName() {
            return word;
        }
    }

    /// The subject of the request's journal entries: the user if there is one, otherwise the realm.
    public Event.Subject subject() {
        return user == null ? Event.Subject.THE_REALM : new Event.Subject(Event.Subject.Type.USER, user);
    }

    /// The state at `now`. An overdue request counts as lapsed even before that has been recorded.
    public State stateAt(Instant now) {
        return state == State.PENDING && !now.isBefore(lapsesAt) ? State.LAPSED : state;
    }

    /// Returns a copy in the given state.
    ///
    /// @param by the operator who decided; null if the request lapsed
    public Approval decided(State newState, @Nullable ActorRef by, Instant at) {
        return new Approval(id, kind, user, version, commands, requestedBy, requestedAt, lapsesAt, newState, by, at);
    }

    /// Returns a copy with these commands.
    public Approval asking(@Nullable List<Command.Deferrable> newCommands) {
        return new Approval(
                id, kind, user, version, newCommands, requestedBy, requestedAt, lapsesAt, state, decidedBy, decidedAt);
    }
}
