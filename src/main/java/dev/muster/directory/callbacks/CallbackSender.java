package dev.muster.directory.callbacks;

import dev.muster.directory.chores.Schedule;
import dev.muster.directory.delivery.Courier;
import dev.muster.directory.delivery.DeliveryAttempt;
import dev.muster.directory.journal.HistoryReader;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.Unreadable;
import dev.muster.directory.lane.RealmBatch;
import dev.muster.model.Result;
import dev.muster.model.UnreadableException;
import dev.muster.model.job.Callback;
import dev.muster.model.job.Job;
import dev.muster.model.tenant.Realm;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import dev.muster.outgoing.OutgoingRequest;
import dev.muster.storage.CallbackStore;
import dev.muster.storage.CallbackTables.CallbackRow;
import dev.muster.storage.Database;
import dev.muster.storage.JobRow;
import dev.muster.storage.Reads;
import dev.muster.storage.UserRow;
import dev.muster.storage.sql.StorageException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends partners the results of their jobs. A result is retried for up to 72 hours, until the partner's server
/// responds with 2xx within 10 s. Later results of the same job wait until then.
///
/// The background task claims due callbacks and records finished attempts. Each attempt runs on a virtual thread. If
/// the server stops during an attempt, any server sends the result again after half a minute, so results are delivered
/// at least once.
public final class CallbackSender implements Schedule.Chore {
    /// The interval at which to look for callbacks that other servers have committed and for callbacks to retry.
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /// The time after which an attempt counts as lost. It is longer than [#TIMEOUT] plus the time for the work
    /// before and after the request.
    private static final Duration LOST_AFTER = Duration.ofSeconds(30);

    /// The maximum number of attempts in flight per realm, so that a partner whose server does not respond does not
    /// delay the others.
    private static final int MAX_CONCURRENT_PER_REALM = 8;

    private static final int REALMS_PER_PAGE = 100;

    /// The number of bytes of the response body that are kept.
    private static final int REPLY_BYTES = 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(CallbackSender.class);

    private final Database database;
    private final CallbackStore store;
    private final RealmKeys realmKeys;
    private final SealedReplies replies;
    private final ReadClock now;
    private final RandomGenerator random;
    private final Map<Long, Integer> inProgress = new ConcurrentHashMap<>();
    private final Queue<CallbackStore.AttemptResult> ended = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Started started;

    private record Started(CallbackFormat format, Courier courier, Runnable wake) {}

    public CallbackSender(
            Database database,
            CallbackStore store,
            RealmKeys realmKeys,
            SealedReplies replies,
            ReadClock now,
            RandomGenerator random) {
        this.database = database;
        this.store = store;
        this.realmKeys = realmKeys;
        this.replies = replies;
        this.now = now;
        this.random = random;
    }

    /// Starts sending. Until this is called, callbacks wait.
    public void start(Schedule schedule, CallbackFormat format, Courier courier) {
        started = new Started(format, courier, schedule.add("callbacks", INTERVAL, this));
        wake();
    }

    /// Wakes the sender if the commit added results. Call this after each commit.
    public void committed(RealmBatch work) {
        if (work.jobs.hasCallbacks()) {
            wake();
        }
    }

    /// Looks for due callbacks immediately.
    public void wake() {
        Started running = started;
        if (running != null) {
            running.wake.run();
        }
    }

    @Override
    public Duration run() {
        record();
        Started running = started;
        if (running == null) {
            return INTERVAL;
        }
        Instant at = now.instant();
        List<Long> realms = store.realmsDue(-1, at, REALMS_PER_PAGE);
        while (!realms.isEmpty()) {
            realms.forEach(realm -> begin(running, realm, at));
            // All pages must be read, because realms whose partners do not respond stay due.
            realms = store.realmsDue(realms.getLast(), at, REALMS_PER_PAGE);
        }
        return INTERVAL;
    }

    private void begin(Started running, long realm, Instant at) {
        int free = MAX_CONCURRENT_PER_REALM - inProgress.getOrDefault(realm, 0);
        if (free > 0) {
            store.due(realm, at, free).forEach(row -> begin(running, row, at));
        }
    }

    private void begin(Started running, CallbackRow row, Instant at) {
        if (Unreadable.isReadable(row) && store.claim(row, at, at.plus(LOST_AFTER))) {
            inProgress.merge(row.realm(), 1, Integer::sum);
            Thread.startVirtualThread(() -> attempt(running, row));
        }
    }

    /// Records all finished attempts together.
    private void record() {
        List<CallbackStore.AttemptResult> all = new ArrayList<>();
        for (CallbackStore.AttemptResult one = ended.poll(); one != null; one = ended.poll()) {
            all.add(one);
        }
        try {
            store.ended(all);
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.STATEMENT) {
                all.forEach(this::recordAlone);
            } else {
                // The next run retries.
                ended.addAll(all);
                throw e;
            }
        }
    }

    /// Records a finished attempt on its own, so that an attempt that cannot be stored does not prevent the others
    /// from being recorded. That attempt counts as lost.
    private void recordAlone(CallbackStore.AttemptResult one) {
        try {
            store.ended(List.of(one));
        } catch (StorageException e) {
            LOG.error("an attempt of callback {} of realm {} cannot be recorded", one.seq(), one.realm(), e);
        }
    }

    private void attempt(Started running, CallbackRow row) {
        try {
            ended.add(attempted(running, row));
        } catch (StorageException e) {
            // The database is unavailable, so the attempt counts as lost.
            LOG.debug("callback {} of realm {} failed", row.callback().seq(), row.realm(), e);
        } catch (RuntimeException e) {
            // Any other error would occur again, so it counts as an attempt, and the callback is eventually given up.
            LOG.warn("callback {} of realm {} failed", row.callback().seq(), row.realm(), e);
            ended.add(failed(row, problem(row, "The result cannot be sent because of an internal error.")));
        } finally {
            inProgress.merge(row.realm(), -1, (some, less) -> some + less == 0 ? null : some + less);
            running.wake.run();
        }
    }

    // Making an attempt

    /// What an attempt sends.
    private sealed interface Content {}

    private record Message(URI url, byte[] body) implements Content {}

    /// Nothing is sent, because the job was erased.
    private record NoContent() implements Content {}

    /// There is a result, but it cannot be sent now.
    private record Problem(String text) implements Content {}

    private CallbackStore.AttemptResult attempted(Started running, CallbackRow row) {
        return switch (content(running.format, row)) {
            case NoContent() -> ended(row, Callback.State.ERASED, null, null);
            case Problem(var text) -> failed(row, problem(row, text));
            case Message(var url, var body) -> {
                DeliveryAttempt made = running.courier.post(request(url, body));
                Callback.Attempt attempt = attempt(row, made);
                yield made.isDelivered() ? ended(row, Callback.State.DELIVERED, null, attempt) : failed(row, attempt);
            }
        };
    }

    private static OutgoingRequest request(URI url, byte[] body) {
        return new OutgoingRequest(
                "POST",
                url,
                List.of(new OutgoingRequest.Header("Content-Type", "application/json")),
                body,
                TIMEOUT,
                REPLY_BYTES);
    }

    private Content content(CallbackFormat format, CallbackRow row) {
        try {
            JobResultNotice notice = database.snapshot(reads -> notice(reads, row));
            if (notice == null || notice.job().callbackUrl() == null) {
                return new NoContent();
            }
            byte[] body = format.body(notice);
            return body == null
                    ? new Problem("The realm has no key that may sign.")
                    : new Message(URI.create(notice.job().callbackUrl()), body);
        } catch (UnreadableException e) {
            Unreadable.report(row.realm(), e);
            return new Problem("The job cannot be read.");
        }
    }

    /// Returns the notice to send; null if the job was erased.
    private @Nullable JobResultNotice notice(Reads reads, CallbackRow row) {
        long seq = row.callback().seq();
        JobRow stored = reads.jobs().job(row.realm(), row.callback().job());
        RealmKeys.Entry realm = realmKeys.get(row.realm());
        HistoryReader history = new HistoryReader(realm);
        return stored != null
                        && history.jobAsOf(reads, stored, seq) instanceof Result.Ok<Job>(var job)
                        && job.stage() instanceof Job.Completed result
                ? new JobResultNotice(
                        realm.realm(),
                        job,
                        result,
                        userId(reads, realm.realm(), job),
                        history.submitter(reads, job.id(), seq))
                : null;
    }

    private static String userId(Reads reads, Realm realm, Job job) {
        if (job.user() == null) {
            return job.userText() == null ? "" : job.userText();
        }
        UserRow user = reads.users().user(realm.id(), UserRef.id(job.user()));
        Identifier externalId = user == null ? null : user.user().externalId();
        return externalId == null ? job.user().toString() : externalId.text();
    }

    // Recording the result

    private CallbackStore.AttemptResult failed(CallbackRow row, Callback.Attempt attempt) {
        Instant first =
                row.callback().firstAt() == null ? attempt.at() : row.callback().firstAt();
        Instant next = CallbackRetrySchedule.next(first, now.instant(), random);
        return next == null
                ? ended(row, Callback.State.GAVE_UP, null, attempt)
                : ended(row, Callback.State.WAITING, next, attempt);
    }

    private static CallbackStore.AttemptResult ended(
            CallbackRow row, Callback.State state, @Nullable Instant dueAt, Callback.@Nullable Attempt attempt) {
        Callback callback = row.callback();
        return new CallbackStore.AttemptResult(
                row.realm(), callback.seq(), callback.job(), callback.attempts() + 1, state, dueAt, attempt);
    }

    private Callback.Attempt problem(CallbackRow row, String text) {
        Callback callback = row.callback();
        return new Callback.Attempt(callback.seq(), callback.attempts() + 1, now.instant(), 0, null, null, text);
    }

    private Callback.Attempt attempt(CallbackRow row, DeliveryAttempt made) {
        Callback callback = row.callback();
        int number = callback.attempts() + 1;
        return new Callback.Attempt(
                callback.seq(),
                number,
                made.at(),
                (int) made.millis(),
                made.status(),
                replies.seal(row.realm(), callback.job(), callback.seq(), number, made.reply()),
                made.error());
    }
}
