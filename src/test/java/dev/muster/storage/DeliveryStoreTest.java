package dev.muster.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.model.Event;
import dev.muster.storage.DeliveryStore.ActiveRow;
import dev.muster.storage.DeliveryStore.SaveRow;
import dev.muster.storage.DeliveryTables.AttemptRow;
import dev.muster.storage.DeliveryTables.EndpointKey;
import dev.muster.storage.DeliveryTables.OpenRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tests the leases of webhooks, and the progress that is saved under them.
final class DeliveryStoreTest extends OnBothDatabases {
    private static final Instant AT = Instant.ofEpochMilli(1_000);

    private final UUID one = new UUID(1, 1);
    private final UUID other = new UUID(2, 2);
    private final EndpointKey key = new EndpointKey(1, new UUID(7, 7));
    private DeliveryStore store;

    @BeforeEach
    void fill() throws Exception {
        store = database.deliveryStore();
        update(
                "insert into webhook (realm, id, url, full_payload, strict_order, state, state_since, sealed_secret,"
                        + " created_at, made_by_kind, made_by, mac)"
                        + " values (1, ?, 'https://example.com', ?, ?, 0, 1, ?, 1, 2, ?, ?)",
                empty.parameter(key.webhook()),
                false,
                false,
                new byte[1],
                empty.parameter(one),
                new byte[1]);
        update(
                "insert into webhook_progress (realm, webhook, cursor, fence, failures) values (1, ?, 5, 1, 0)",
                empty.parameter(key.webhook()));
    }

    private void update(String text, Object... values) throws SQLException {
        try (Connection connection = empty.connect();
                PreparedStatement statement = connection.prepareStatement(text)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private ActiveRow active() {
        List<ActiveRow> rows = database.list(reads -> reads.deliveries().active());
        assertThat(rows).hasSize(1);
        return rows.getFirst();
    }

    private void expire() throws Exception {
        update("update webhook_progress set leased_until = 1");
    }

    private SaveRow save(long fence, long cursor, List<OpenRow> put, List<AttemptRow> attempts) {
        return new SaveRow(
                key, fence, cursor, new byte[] {3}, 2, AT, AT, AT, AT, null, false, put, List.of(), attempts);
    }

    @Test
    void aLeaseIsTakenByOneServerUntilItEnds() throws Exception {
        ActiveRow seen = active();
        assertThat(seen.isFree()).isTrue();
        assertThat(store.lease(seen, one)).isTrue();
        assertThat(store.lease(seen, other)).as("the row has changed").isFalse();
        ActiveRow leased = active();
        assertThat(leased.isFree()).isFalse();
        assertThat(leased.leasedBy()).isEqualTo(one);
        assertThat(leased.fence()).isEqualTo(seen.fence() + 1);
        assertThat(store.lease(leased, other)).as("the lease has not ended").isFalse();
        expire();
        assertThat(store.lease(active(), other)).isTrue();
        assertThat(active().leasedBy()).isEqualTo(other);
    }

    @Test
    void onlyALeaseThatHasNotEndedIsRenewed() throws Exception {
        store.lease(active(), one);
        expire();
        store.renew(one);
        assertThat(active().isFree()).isTrue();
        store.lease(active(), one);
        store.renew(one);
        assertThat(active().isFree()).isFalse();
        store.release(other);
        assertThat(active().isFree()).isFalse();
        store.release(one);
        assertThat(active().isFree()).isTrue();
    }

    /// What a webhook's server had sent beyond the end is sent again, under the numbers of the new entries.
    @Test
    void theEndOfAJournalThatLostEntriesEndsLeasesAndSetsWebhooksBack() {
        store.lease(active(), one);
        long fence = active().fence();
        store.rewind(1, 7);
        assertThat(active().isFree()).isTrue();
        assertThat(active().fence()).isEqualTo(fence + 1);
        assertThat(cursor()).isEqualTo(5);
        store.rewind(1, 3);
        assertThat(cursor()).isEqualTo(3);
        store.rewind(2, 0);
        assertThat(cursor()).isEqualTo(3);
        assertThat(store.save(List.of(save(fence, 9, List.of(), List.of())))).containsExactly(key);
    }

    private long cursor() {
        return empty.number("select cursor from webhook_progress where realm = 1");
    }

    /// A server that was suspended can save nothing after another server has taken over its lease.
    @Test
    void nothingIsStoredUnderAnOldFence() throws Exception {
        store.lease(active(), one);
        long old = active().fence();
        expire();
        store.lease(active(), other);
        assertThat(store.save(List.of(save(old + 1, 20, List.of(), List.of())))).isEmpty();

        assertThat(store.save(List.of(save(old, 9, List.of(open(6)), List.of(attempt("late"))))))
                .containsExactly(key);

        assertThat(state().cursor()).isEqualTo(20);
        assertThat(open()).isEmpty();
        assertThat(attempts()).isEmpty();
    }

    private DeliveryTables.StateRow state() {
        return database.read(reads -> reads.deliveries().state(key));
    }

    private List<OpenRow> open() {
        return database.read(reads -> reads.deliveries().open(key, 10));
    }

    private List<AttemptRow> attempts() {
        return database.read(reads -> reads.deliveries().attempts(key, Long.MAX_VALUE, 5_000));
    }

    private static OpenRow open(long seq) {
        return new OpenRow(
                new OpenRow.Id(seq, 1, false),
                "evt_1_" + seq + "_s",
                "user.standing.changed",
                new Event.Subject(Event.Subject.Type.USER, new UUID(3, 3)),
                OpenRow.State.PARKED,
                3,
                AT,
                AT,
                400,
                null);
    }

    private static AttemptRow attempt(String event) {
        return new AttemptRow(0, event, "user.updated", AT, 0, 200, 12, null, null);
    }

    @Test
    void whatIsStoredIsReadAgain() {
        store.lease(active(), one);
        store.save(List.of(save(active().fence(), 9, List.of(open(6), open(7)), List.of(attempt("evt_1_9")))));

        DeliveryTables.StateRow state = state();
        assertThat(state.cursor()).isEqualTo(9);
        assertThat(state.beyond()).containsExactly(3);
        assertThat(state.failures()).isEqualTo(2);
        assertThat(state.retryAt()).isEqualTo(AT);
        assertThat(open()).containsExactly(open(6), open(7));
        List<OpenRow> after = database.read(
                reads -> reads.deliveries().openIn(key, OpenRow.State.PARKED, OpenRow.State.WAITING, 6, 1, 10));
        assertThat(after).containsExactly(open(7));
        long count = database.read(
                reads -> reads.deliveries().countOpenIn(key, OpenRow.State.PARKED, OpenRow.State.WAITING, 10));
        assertThat(count).isEqualTo(2);
        assertThat(attempts()).extracting(AttemptRow::event).containsExactly("evt_1_9");
    }

    @Test
    void theLastThousandAttemptsAreKept() {
        List<AttemptRow> many = new ArrayList<>();
        for (int i = 0; i < 2_345; i++) {
            many.add(attempt("evt_1_" + i));
        }
        store.lease(active(), one);
        store.save(List.of(save(active().fence(), 9, List.of(), many)));
        store.attempted(key, attempt("ping"), false);

        List<AttemptRow> kept = attempts();
        assertThat(kept).hasSize(DeliveryStore.MAX_ATTEMPTS);
        assertThat(kept.getFirst().event()).isEqualTo("ping");
        assertThat(kept.get(1).event()).isEqualTo("evt_1_2344");
        assertThat(kept.getLast().event()).isEqualTo("evt_1_1346");
        long count = database.read(reads -> reads.deliveries().attempts(key));
        assertThat(count).isEqualTo(DeliveryStore.MAX_ATTEMPTS);
        assertThat(store.forgetAttempts(AT.plusMillis(1), 300)).isEqualTo(300);
    }

    @Test
    void requestsReachTheServerWithTheLease() {
        store.lease(active(), one);
        long asked = active().requestCount();
        assertThat(store.replay(key, 2, 4)).isTrue();
        assertThat(store.replay(key, 1, 3)).as("one at a time").isFalse();
        assertThat(store.send(key, open(3), 1)).isTrue();
        assertThat(store.send(key, open(4), 1)).as("there are too many").isFalse();
        assertThat(open()).containsExactly(open(3));
        assertThat(active().requestCount()).isEqualTo(asked + 3);
        assertThat(state().replayTo()).isEqualTo(4);
        assertThat(active().fence()).as("the lease goes on").isEqualTo(2);
    }

    @Test
    void aDeletedWebhookGetsNoRows() throws Exception {
        update("delete from webhook_progress");
        assertThat(store.send(key, open(3), 10)).isFalse();
        store.attempted(key, attempt("ping"), true);
        assertThat(open()).isEmpty();
        assertThat(attempts()).isEmpty();
    }

    /// Events that are sent in order are read before those that someone requested, because a webhook may have more
    /// open events than are read.
    @Test
    void eventsThatHaveAPlaceInTheOrderAreReadFirst() {
        OpenRow asked = new OpenRow(
                new OpenRow.Id(3, 0, true),
                "evt_1_3",
                "user.updated",
                open(3).subject(),
                OpenRow.State.RESEND_REQUESTED,
                0,
                null,
                AT,
                null,
                null);
        store.lease(active(), one);
        store.save(List.of(save(active().fence(), 9, List.of(asked, open(8), open(7)), List.of())));
        assertThat(open()).containsExactly(open(7), open(8), asked);
    }
}
