package dev.muster.storage;

import dev.muster.model.Event;
import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.model.value.WireNamed;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads the progress of webhooks: cursors, events that are set aside, and attempts. [DeliveryStore] writes it. The
/// rows have no MAC, because they determine when an event is sent, but not its content or its receiver.
public final class DeliveryTables {
    private static final byte[] NOTHING = {};

    private final Session session;

    DeliveryTables(Session session) {
        this.session = session;
    }

    /// Identifies a webhook.
    public record EndpointKey(long realm, UUID webhook) {}

    /// The progress of a webhook.
    ///
    /// @param cursor the entry up to which all events of the webhook's types have been sent or set aside
    /// @param beyond the later events that have also been sent or set aside; may be empty
    /// @param failures the number of failed attempts since the last success
    /// @param retryAt when a pause after failures ends; null if there is no pause
    /// @param failingSince when the current series of failures began; null if the last attempt succeeded
    /// @param replayNext the next entry of a replay; null if there is no replay
    public record StateRow(
            long cursor,
            byte[] beyond,
            int failures,
            @Nullable Instant retryAt,
            @Nullable Instant failingSince,
            @Nullable Instant lastSuccessAt,
            @Nullable Instant lastAttemptAt,
            @Nullable Long replayNext,
            @Nullable Long replayTo) {
        private static StateRow read(Row row) throws SQLException {
            return new StateRow(
                    row.number(),
                    Objects.requireNonNullElse(row.bytesOrNull(), NOTHING),
                    row.small(),
                    row.instantOrNull(),
                    row.instantOrNull(),
                    row.instantOrNull(),
                    row.instantOrNull(),
                    row.numberOrNull(),
                    row.numberOrNull());
        }
    }

    /// An event that is set aside: the cursor has passed it, and it either will be sent later or has been given up.
    ///
    /// @param event the event's id
    /// @param refusals the number of times it was refused
    /// @param retryAt when it is sent again; null means immediately, or never if it was given up
    /// @param since when it was set aside
    /// @param status the HTTP status of the last response; null if there was no response
    /// @param error why there was no response; null if there was one
    public record OpenRow(
            Id id,
            String event,
            String type,
            Event.Subject subject,
            State state,
            int refusals,
            @Nullable Instant retryAt,
            Instant since,
            @Nullable Integer status,
            @Nullable String error) {
        /// Identifies an event of a webhook.
        ///
        /// @param part 0 for the entry's own event, 1 for the `user.standing.changed` that follows it
        /// @param isResend whether it is sent out of order, because someone requested it
        public record Id(long seq, int part, boolean isResend) {}

        /// Why an event is set aside.
        public enum State implements Coded, WireNamed {
            /// It waits, because an earlier event of the same subject is parked.
            WAITING(0, "waiting"),
            /// The receiver refused it several times. It is retried.
            PARKED(1, "parked"),
            /// Every attempt failed. It is not retried.
            GIVEN_UP(2, "failed"),
            /// It was delivered, and someone has requested that it be sent again.
            RESEND_REQUESTED(3, "asked");

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

        void write(EndpointKey endpoint, Parameters to) throws SQLException {
            to.number(endpoint.realm()).uuid(endpoint.webhook());
            to.number(id.seq).small(id.part).bool(id.isResend);
            to.text(event).text(type).code(subject.type()).uuid(subject.id());
            to.code(state).small(refusals).instant(retryAt).instant(since);
            to.number(status == null ? null : Long.valueOf(status)).text(error);
        }

        private static OpenRow read(Row row) throws SQLException {
            return new OpenRow(
                    new Id(row.number(), row.small(), row.bool()),
                    row.text(),
                    row.text(),
                    new Event.Subject(row.coded(Event.Subject.Type.CODES), row.uuid()),
                    row.coded(State.CODES),
                    row.small(),
                    row.instantOrNull(),
                    row.instant(),
                    DeliveryTables.status(row),
                    row.textOrNull());
        }
    }

    private static @Nullable Integer status(Row row) throws SQLException {
        Long status = row.numberOrNull();
        return status == null ? null : Math.toIntExact(status);
    }

    /// An attempt to send something to a webhook.
    ///
    /// @param no the number of the attempt within the webhook
    /// @param event the id of the event or ping
    /// @param outcome a code of `directory.delivery.DeliveryOutcome`
    /// @param status the HTTP status of the response; null if there was no response
    /// @param error why there was no response; null if there was one
    /// @param sealedReply the beginning of the response body, sealed under the realm's key; null if it was empty
    public record AttemptRow(
            long no,
            String event,
            String type,
            Instant at,
            int outcome,
            @Nullable Integer status,
            long millis,
            @Nullable String error,
            byte @Nullable [] sealedReply) {
        void write(EndpointKey endpoint, long number, Parameters to) throws SQLException {
            to.number(endpoint.realm()).uuid(endpoint.webhook());
            to.small((int) (number % DeliveryStore.MAX_ATTEMPTS)).number(number);
            to.text(event).text(type).instant(at).small(outcome);
            to.number(status == null ? null : Long.valueOf(status)).number(millis);
            to.text(error).bytes(sealedReply);
        }

        private static AttemptRow read(Row row) throws SQLException {
            return new AttemptRow(
                    row.number(),
                    row.text(),
                    row.text(),
                    row.instant(),
                    row.small(),
                    DeliveryTables.status(row),
                    row.number(),
                    row.textOrNull(),
                    row.bytesOrNull());
        }
    }

    /// All active webhooks of all realms. Never used to serve a partner's request.
    public List<DeliveryStore.ActiveRow> active() {
        return session.list("webhooks_active", DeliveryStore.ActiveRow::read);
    }

    /// The progress of a webhook; null if the webhook does not exist.
    public @Nullable StateRow state(EndpointKey endpoint) {
        return session.one("webhook_progress_by_webhook", StateRow::read, endpoint.realm(), endpoint.webhook());
    }

    /// The events of a webhook that are set aside and not given up: first those that are sent in the order of their
    /// subjects, then those that are sent independently of it. Each group starts with the earliest.
    public List<OpenRow> open(EndpointKey endpoint, int limit) {
        List<OpenRow> inOrder = open(endpoint, false, limit);
        List<OpenRow> all = new ArrayList<>(inOrder);
        all.addAll(open(endpoint, true, limit - inOrder.size()));
        return all;
    }

    private List<OpenRow> open(EndpointKey endpoint, boolean asked, int limit) {
        return session.list("webhook_open_to_send", OpenRow::read, endpoint.realm(), endpoint.webhook(), asked, limit);
    }

    /// The events of a webhook that are set aside in either of two states, earliest first.
    ///
    /// @param afterSeq the entry of the last event of the previous page; 0 for the first page
    /// @param afterPart the part of that event
    public List<OpenRow> openIn(
            EndpointKey endpoint, OpenRow.State state, OpenRow.State or, long afterSeq, int afterPart, int limit) {
        return session.list(
                "webhook_open_in_states",
                OpenRow::read,
                endpoint.realm(),
                endpoint.webhook(),
                afterSeq,
                afterPart,
                state,
                or,
                limit);
    }

    /// The number of events of a webhook that are set aside in either of two states; counting stops at `upTo`.
    public long countOpenIn(EndpointKey endpoint, OpenRow.State state, OpenRow.State or, int upTo) {
        return session.count("webhook_open_count", endpoint.realm(), endpoint.webhook(), state, or, upTo);
    }

    /// An event that is set aside; null if there is no such row.
    public @Nullable OpenRow openRow(EndpointKey endpoint, OpenRow.Id id) {
        return session.one(
                "webhook_open_by_id",
                OpenRow::read,
                endpoint.realm(),
                endpoint.webhook(),
                id.seq(),
                id.part(),
                id.isResend());
    }

    /// The number of stored attempts of a webhook.
    public long attempts(EndpointKey endpoint) {
        return session.count("webhook_attempts_of_webhook", endpoint.realm(), endpoint.webhook());
    }

    /// The attempts of a webhook, newest first.
    ///
    /// @param before an exclusive upper bound for the attempts' numbers
    public List<AttemptRow> attempts(EndpointKey endpoint, long before, int limit) {
        return session.list(
                "webhook_attempts_page", AttemptRow::read, endpoint.realm(), endpoint.webhook(), before, limit);
    }
}
