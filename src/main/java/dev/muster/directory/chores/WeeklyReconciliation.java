package dev.muster.directory.chores;

import dev.muster.directory.journal.WalkLimit;
import dev.muster.directory.keys.ReadClock;
import dev.muster.model.UnreadableException;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.Database;
import dev.muster.storage.RealmTables.RealmRow;
import dev.muster.storage.files.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reconciles every realm once a week, one after the other, and logs as an error what differs. It works half of
/// the time at most.
///
/// How far it has come is in a file beside the database rather than in it, so that who writes to the database
/// cannot put it off. On PostgreSQL each server does it for itself.
public final class WeeklyReconciliation implements AutoCloseable {
    public static final Duration EVERY = Duration.ofDays(7);

    private static final Duration LOOK_EVERY = Duration.ofMinutes(10);
    private static final Duration WAIT_FOR_PERMIT = Duration.ofSeconds(10);
    private static final int REALMS = 200;
    private static final int NAMED = 20;
    private static final Logger LOG = LoggerFactory.getLogger(WeeklyReconciliation.class);

    private final Database database;
    private final Reconciliation reconciliation;
    private final WalkLimit walks;
    private final ReadClock now;
    private final Path file;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("reconciliation").daemon().unstarted(task));
    private volatile boolean stopping;

    /// @param file where to keep how far it has come
    public WeeklyReconciliation(
            Database database, Reconciliation reconciliation, WalkLimit walks, ReadClock now, Path file) {
        this.database = database;
        this.reconciliation = reconciliation;
        this.walks = walks;
        this.now = now;
        this.file = file;
    }

    public void start() {
        var _ = executor.scheduleWithFixedDelay(
                this::round, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void round() {
        try {
            runIfDue();
        } catch (CancellationException e) {
            LOG.debug("the server stops; reconciliation goes on at its next start");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            // The next look goes on where this one ended.
            LOG.warn("reconciliation: {}", e.toString());
        }
    }

    /// A round over all realms.
    ///
    /// @param after the last realm that was done; [Long#MAX_VALUE] when all are
    private record Round(Instant begun, long after) {
        boolean isDone() {
            return after == Long.MAX_VALUE;
        }
    }

    /// Begins a round when the last one began a week ago, or goes on with one that did not end.
    public void runIfDue() throws IOException, InterruptedException {
        Instant at = now.instant();
        Round last = read();
        boolean recent = !last.begun.isAfter(at) && at.isBefore(last.begun.plus(EVERY));
        if (recent && last.isDone()) {
            return;
        }
        Round round = recent ? last : new Round(at, -1);
        while (!round.isDone()) {
            long from = round.after;
            List<RealmRow> page = database.read(reads -> reads.realms().realms(from, REALMS));
            for (RealmRow row : page) {
                long realm = row.realm().id();
                reconcile(realm);
                round = new Round(round.begun, realm);
                write(round);
            }
            if (page.size() < REALMS) {
                round = new Round(round.begun, Long.MAX_VALUE);
                write(round);
            }
        }
    }

    private void reconcile(long realm) throws InterruptedException {
        while (!walks.enter(realm)) {
            if (stopping) {
                throw new CancellationException();
            }
            TimeUnit.NANOSECONDS.sleep(WAIT_FOR_PERMIT.toNanos());
        }
        try {
            tell(realm, reconciliation.reconcile(realm, this::rest));
        } catch (TamperedException | KeyUnavailableException | UnreadableException e) {
            // The other realms have their turn all the same.
            LOG.error("realm {} cannot be reconciled: {}", realm, e.getMessage());
        } finally {
            walks.leave(realm);
        }
    }

    private static void tell(long realm, Reconciliation.Report report) {
        if (report.consistent()) {
            LOG.debug("realm {}: {} users agree with the journal", realm, report.users());
            return;
        }
        List<Difference> all = report.differences();
        LOG.error(
                "realm {}: the database and the journal disagree in {}{} {}; was the database altered? {}{}",
                realm,
                report.truncated() ? "at least " : "",
                all.size(),
                all.size() == 1 ? "place" : "places",
                all.stream().limit(NAMED).map(WeeklyReconciliation::words).collect(Collectors.joining("; ")),
                all.size() > NAMED ? "; …" : "");
    }

    /// One difference in words: which row, and what is there instead of what.
    private static String words(Difference difference) {
        if (difference.field().equals(Difference.ROW)) {
            return difference.subject()
                    + (difference.row() == null ? " is missing in the database" : " is unknown to the journal");
        }
        if (Difference.WITHHELD.equals(difference.row()) || Difference.WITHHELD.equals(difference.journal())) {
            return difference.subject() + ": " + difference.field() + " differs (personal, not shown)";
        }
        return difference.subject() + ": " + difference.field() + " is " + said(difference.row())
                + " in the database and " + said(difference.journal()) + " by the journal";
    }

    private static String said(@Nullable String value) {
        return value == null ? "absent" : "\"" + value + "\"";
    }

    private void rest(long tookNanos) {
        if (stopping) {
            throw new CancellationException();
        }
        try {
            TimeUnit.NANOSECONDS.sleep(tookNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException();
        }
    }

    /// A file that is missing or damaged is as if no round had ever begun.
    private Round read() {
        try {
            String[] parts = Files.readString(file).strip().split(" ", -1);
            return parts.length == 2
                    ? new Round(Instant.parse(parts[0]), Long.parseLong(parts[1]))
                    : new Round(Instant.EPOCH, -1);
        } catch (IOException | DateTimeException | NumberFormatException e) {
            return new Round(Instant.EPOCH, -1);
        }
    }

    private void write(Round round) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = PrivateFiles.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            String text = round.begun + " " + round.after + "\n";
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() {
        stopping = true;
        executor.shutdownNow();
        try {
            if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("reconciliation does not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
