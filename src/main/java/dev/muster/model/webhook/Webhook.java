package dev.muster.model.webhook;

import dev.muster.model.credential.Creator;
import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.model.value.WireNamed;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An endpoint to which the realm's events are sent by HTTP. Its progress is stored in a separate row, which changes
/// with each delivery.
///
/// @param cause why it is disabled; null in the other states
/// @param stateSince when its state last changed
/// @param secret the secret that signs requests; null unless it was just set, because it is stored sealed
/// @param previousUntil until when requests are also signed with the previous secret; null if that secret stopped being
///     used immediately, or if there is none
public record Webhook(
        UUID id,
        Settings settings,
        State state,
        @Nullable Cause cause,
        Instant stateSince,
        @Nullable String secret,
        @Nullable Instant previousUntil,
        Instant createdAt,
        Creator madeBy) {
    /// The maximum number of webhooks per realm.
    public static final int MAX_PER_REALM = 32;

    /// The maximum number of patterns in [Settings#types].
    public static final int MAX_TYPES = 50;

    /// The settings, which keys and operators with the scope `webhooks:write` can choose.
    ///
    /// @param url an absolute URL, `https` or `http`, without user info and fragment
    /// @param types the types of events that are sent: exact types, patterns such as `user.hold.*`, or `*`
    /// @param full whether events contain personal data
    /// @param strict whether an event that the endpoint refuses delays all later ones, instead of only those about
    ///     the same subject
    public record Settings(
            String url,
            List<String> types,
            boolean full,
            @Nullable String description,
            boolean strict) {
        public Settings {
            types = List.copyOf(types);
        }
    }

    /// The state, which determines whether events are sent.
    public enum State implements Coded, WireNamed {
        ACTIVE(0, "active"),
        /// An operator or a program paused the webhook.
        PAUSED(1, "paused"),
        /// Muster disabled the webhook, for a [Cause].
        DISABLED(2, "disabled");

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

        @Override
        public String wireName() {
            return word;
        }
    }

    /// Why Muster disabled a webhook.
    public enum Cause implements Coded, WireNamed {
        /// Every delivery failed for five days.
        FAILING(0, "failing"),
        /// The endpoint responded with 410 (Gone).
        GONE(1, "gone"),
        /// The key or operator that created the webhook was revoked together with everything that it had
        /// created.
        REVOKED(2, "revoked");

        public static final Codes<Cause> CODES = new Codes<>(values());

        private final int code;
        private final String word;

        Cause(int code, String word) {
            this.code = code;
            this.word = word;
        }

        @Override
        public int code() {
            return code;
        }

        @Override
        public String wireName() {
            return word;
        }
    }

    /// The position from which a webhook starts to read the journal.
    public sealed interface Start {
        /// Starts after the journal entry of the command itself.
        record Now() implements Start {}

        /// Starts with the journal entry of this number, which is at least 1.
        record At(long seq) implements Start {}
    }

    /// Returns a copy without its secret.
    public Webhook withoutSecret() {
        return secret == null
                ? this
                : new Webhook(id, settings, state, cause, stateSince, null, previousUntil, createdAt, madeBy);
    }

    /// Returns a copy with these settings.
    public Webhook with(Settings next) {
        return new Webhook(id, next, state, cause, stateSince, secret, previousUntil, createdAt, madeBy);
    }

    /// Returns a copy in this state.
    ///
    /// @param why the cause; null unless the new state is `DISABLED`
    public Webhook in(State next, @Nullable Cause why, Instant since) {
        return new Webhook(id, settings, next, why, since, secret, previousUntil, createdAt, madeBy);
    }

    /// Returns a copy with this secret.
    ///
    /// @param until until when requests are also signed with the replaced secret; null to stop that immediately
    public Webhook rotated(String next, @Nullable Instant until) {
        return new Webhook(id, settings, state, cause, stateSince, next, until, createdAt, madeBy);
    }

    /// Omits the secret and the URL, which may contain one.
    @Override
    public String toString() {
        return "Webhook[" + id + "]";
    }
}
