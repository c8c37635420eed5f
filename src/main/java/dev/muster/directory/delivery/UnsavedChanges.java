package dev.muster.directory.delivery;

import dev.muster.storage.DeliveryTables.OpenRow;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The changes at an endpoint that have not been saved yet. Guarded by the lock of its [Endpoint].
final class UnsavedChanges {
    /// The maximum number of attempts that are kept; the oldest are dropped first.
    static final int MAX_ATTEMPTS = 1_000;

    private static final int BUSY_ATTEMPTS = 200;

    /// An attempt to deliver an event.
    record LoggedAttempt(String event, String type, DeliveryAttempt attempt) {}

    private final Deque<LoggedAttempt> attempts = new ArrayDeque<>();

    /// The changed rows of events that are set aside. The value is empty for a row to delete.
    private final Map<OpenRow.Id, Optional<OpenRow>> rows = new LinkedHashMap<>();

    private @Nullable Instant lastSuccessAt;
    private @Nullable Instant lastAttemptAt;
    private int settled;
    private boolean changed;

    UnsavedChanges(@Nullable Instant lastSuccessAt, @Nullable Instant lastAttemptAt) {
        this.lastSuccessAt = lastSuccessAt;
        this.lastAttemptAt = lastAttemptAt;
    }

    void attempted(QueuedEvent event, DeliveryAttempt attempt) {
        attempts.addLast(new LoggedAttempt(event.id, event.type, attempt));
        if (attempts.size() > MAX_ATTEMPTS) {
            attempts.removeFirst();
        }
        lastAttemptAt = attempt.at();
        if (attempt.isDelivered()) {
            lastSuccessAt = attempt.at();
            settled++;
        }
        changed = true;
    }

    /// Whether a row is waiting to be written or deleted.
    boolean contains(OpenRow.Id id) {
        return rows.containsKey(id);
    }

    void put(OpenRow row) {
        rows.put(row.id(), Optional.of(row));
        changed = true;
    }

    void delete(OpenRow.Id id) {
        rows.put(id, Optional.empty());
        changed = true;
    }

    /// Records that the window has changed without an attempt.
    void windowChanged() {
        changed = true;
    }

    /// The changes that are saved in one transaction.
    ///
    /// @param attempts the attempts, oldest first
    /// @param rows the changed rows, by id; empty for a row to delete
    record Snapshot(
            List<LoggedAttempt> attempts,
            Map<OpenRow.Id, Optional<OpenRow>> rows,
            @Nullable Instant lastSuccessAt,
            @Nullable Instant lastAttemptAt) {}

    /// The number of deliveries that have not been saved yet.
    int settled() {
        return settled;
    }

    /// Whether so many attempts are waiting to be saved that most of them would soon be replaced. False if the last
    /// one failed, so that a failure becomes visible soon.
    boolean isBusy() {
        return attempts.size() >= BUSY_ATTEMPTS && attempts.getLast().attempt.isDelivered();
    }

    boolean isChanged() {
        return changed;
    }

    /// Returns the changes to save. Call [#saved] once they are saved.
    ///
    /// @param withAttempts whether to include attempts; false to save them later
    Snapshot take(boolean withAttempts) {
        changed = false;
        settled = 0;
        return new Snapshot(
                withAttempts ? new ArrayList<>(attempts) : List.of(),
                new LinkedHashMap<>(rows),
                lastSuccessAt,
                lastAttemptAt);
    }

    /// Discards the changes that were saved, unless they have changed again in the meantime.
    void saved(Snapshot part) {
        for (LoggedAttempt line : part.attempts) {
            if (line.equals(attempts.peekFirst())) {
                attempts.removeFirst();
            }
        }
        part.rows.forEach(rows::remove);
        if (!rows.isEmpty() || !attempts.isEmpty()) {
            changed = true;
        }
    }

    /// Keeps the changes that could not be saved.
    void notSaved() {
        changed = true;
    }
}
