package dev.muster.directory;

import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.model.webhook.Webhook;
import dev.muster.outgoing.CallableUrls;
import dev.muster.storage.Database;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.Reads;
import dev.muster.storage.WebhookTables.ProgressRow;
import dev.muster.storage.WebhookTables.WebhookRow;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads webhooks, without their secrets. Webhooks whose rows were altered are omitted. Every method with an actor
/// requires `webhooks:write` and refuses Forbidden without it.
public final class Webhooks {
    private final Database database;
    private final RealmKeys realmKeys;
    private final ReadClock now;

    private final Destinations destinations;

    Webhooks(Database database, RealmKeys realmKeys, ReadClock now, Destinations destinations) {
        this.destinations = destinations;
        this.database = database;
        this.realmKeys = realmKeys;
        this.now = now;
    }

    /// The URLs that the server's settings allow for webhooks.
    ///
    /// @param plainHttp whether `http` is allowed in addition to `https`
    /// @param mayCall whether the server may connect to the host of a URL; true for a name, because its addresses
    ///     are checked for each request
    /// @param isSpecial whether it may not because the host is a private or special address, which the server's
    ///     settings could allow
    public record Destinations(boolean plainHttp, Predicate<URI> mayCall, Predicate<URI> isSpecial) {
        public static Destinations of(CallableUrls urls) {
            return new Destinations(
                    urls.plainHttp(),
                    url -> urls.problem(url) == null,
                    url -> urls.problem(url) == CallableUrls.Problem.ADDRESS);
        }
    }

    /// The URLs that are allowed for webhooks.
    public Destinations destinations() {
        return destinations;
    }

    /// A webhook and its progress.
    ///
    /// @param progress the progress; null if its row is missing
    public record Status(Webhook webhook, @Nullable Progress progress) {}

    /// The progress of a webhook.
    ///
    /// @param cursor the number of the entry up to which all events of the webhook's types have been sent or set
    ///     aside
    /// @param begun the cursor when the webhook was created or last resumed from another entry; earlier entries
    ///     have not been sent since then
    /// @param head the number of the realm's last entry
    /// @param behind the age of the first entry after the cursor; zero if there is none
    /// @param failures the number of failed attempts since the last success
    /// @param failingSince when the first of these failed; null if the last attempt succeeded
    /// @param retryAt when the pause after failures ends; null if there is no pause
    public record Progress(
            long cursor,
            long begun,
            long head,
            Duration behind,
            int failures,
            @Nullable Instant failingSince,
            @Nullable Instant retryAt,
            @Nullable Instant lastSuccessAt,
            @Nullable Instant lastAttemptAt) {
        /// The number of entries after the cursor, including entries of types that the webhook does not
        /// receive.
        public long entries() {
            return Math.max(0, head - cursor);
        }
    }

    /// Returns all webhooks of a realm, oldest first.
    public Result<List<Status>> list(Actor actor, long realm) {
        return StorageFailures.withScope(
                actor, Scope.WEBHOOKS_WRITE, () -> Result.ok(database.snapshot(reads -> all(reads, realm))));
    }

    /// Returns one webhook. Refuses: NotFound.
    public Result<Status> get(Actor actor, long realm, UUID id) {
        return list(actor, realm)
                .then(all -> all.stream()
                        .filter(status -> status.webhook().id().equals(id))
                        .findFirst()
                        .map(Result::ok)
                        .orElseGet(() -> Result.refused(new Refusal.NotFound("webhook", id.toString()))));
    }

    /// Validates `start` and returns it. Refuses: Invalid if it is beyond the next entry. Requires no scope.
    ///
    /// @param start the position to validate; null is always accepted
    public Result<Optional<Webhook.Start>> reachable(long realm, Webhook.@Nullable Start start) {
        return StorageFailures.of(() -> {
            if (start instanceof Webhook.Start.At(long seq)) {
                long next =
                        database.read(reads -> reads.journal().present(realm)).lastSeq() + 1;
                if (seq > next) {
                    return Result.refused(new Refusal.Invalid(
                            "from", "beyond_the_end", "Must be at most " + next + ", the number of the next entry."));
                }
            }
            return Result.ok(Optional.ofNullable(start));
        });
    }

    private List<Status> all(Reads reads, long realm) {
        Map<UUID, ProgressRow> progress = new HashMap<>();
        reads.webhooks().progress(realm).forEach(row -> progress.put(row.webhook(), row));
        long head = reads.journal().present(realm).lastSeq();
        return reads.webhooks().webhooks(realm).stream()
                .filter(row -> realmKeys.get(realm).macs().isAuthentic(row))
                .map(WebhookRow::webhook)
                .sorted(Comparator.comparing(Webhook::createdAt).thenComparing(Webhook::id))
                .map(webhook -> new Status(webhook, progress(reads, progress.get(webhook.id()), head)))
                .toList();
    }

    private @Nullable Progress progress(Reads reads, @Nullable ProgressRow row, long head) {
        return row == null
                ? null
                : new Progress(
                        row.cursor(),
                        row.begun(),
                        head,
                        row.cursor() < head ? age(reads, row, head) : Duration.ZERO,
                        row.failures(),
                        row.failingSince(),
                        row.retryAt(),
                        row.lastSuccessAt(),
                        row.lastAttemptAt());
    }

    private Duration age(Reads reads, ProgressRow row, long head) {
        List<JournalRow> next = reads.journal().entries(row.realm(), row.cursor(), head, 1);
        if (next.isEmpty()) {
            return Duration.ZERO;
        }
        Duration age = Duration.between(next.getFirst().at(), now.instant());
        return age.isNegative() ? Duration.ZERO : age;
    }
}
