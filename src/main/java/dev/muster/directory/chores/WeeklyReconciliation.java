package dev.muster.directory.chores;

import dev.muster.directory.journal.VerificationLimit;
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
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reconciles every realm once a week, one at a time, and logs differences as errors. It works at most half of the
/// time.
///
/// Progress is kept in a file in the data folder, so that someone who writes to the database cannot delay it. On
/// PostgreSQL, the server with the lease reconciles the realms. Since the lease is in the database, the other servers
/// reconcile all realms too, but only every four weeks.
public final class WeeklyReconciliation implements Schedule.Chore {
    public static final Duration INTERVAL = Duration.ofDays(7);

    /// How often a server without the lease reconciles every realm.
    static final Duration INTERVAL_WITHOUT_LEASE = Duration.ofDays(28);

    public static final Duration CHECK_INTERVAL = Duration.ofMinutes(10);
    private static final Duration PERMIT_TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_LOGGED = 20;
    private static final Logger LOG = LoggerFactory.getLogger(WeeklyReconciliation.class);

    private final Database database;
    private final Reconciliation reconciliation;
    private final VerificationLimit walks;
    private final ReadClock now;
    private final Path file;
    private final BooleanSupplier holdsLease;

    /// @param file the file where progress is kept
    /// @param holdsLease whether this server reconciles for all servers
    public WeeklyReconciliation(
            Database database,
            Reconciliation reconciliation,
            VerificationLimit walks,
            ReadClock now,
            Path file,
            BooleanSupplier holdsLease) {
        this.database = database;
        this.reconciliation = reconciliation;
        this.walks = walks;
        this.now = now;
        this.file = file;
        this.holdsLease = holdsLease;
    }

    /// A round, in which all realms are reconciled.
    ///
    /// @param after the last realm that is done; [Long#MAX_VALUE] when all are
    private record Round(Instant begun, long after) {
        boolean isDone() {
            return after == Long.MAX_VALUE;
        }
    }

    /// Reconciles the next realm of the current round. Starts a new round a week after the last one began.
    @Override
    public Duration run() throws IOException {
        Instant at = now.instant();
        Round last = read();
        boolean hasLease = holdsLease.getAsBoolean();
        if (!hasLease && last.begun.equals(Instant.EPOCH)) {
            // The server with the lease has reconciled, or does so now.
            last = new Round(at, Long.MAX_VALUE);
            write(last);
        }
        Duration every = hasLease ? INTERVAL : INTERVAL_WITHOUT_LEASE;
        boolean recent = !last.begun.isAfter(at) && at.isBefore(last.begun.plus(every));
        if (recent && last.isDone()) {
            return CHECK_INTERVAL;
        }
        Round round = recent ? last : new Round(at, -1);
        List<RealmRow> next = database.read(reads -> reads.realms().realms(round.after, 1));
        if (next.isEmpty()) {
            write(new Round(round.begun, Long.MAX_VALUE));
            return CHECK_INTERVAL;
        }
        long realm = next.getFirst().realm().id();
        if (!walks.acquire(realm)) {
            return PERMIT_TIMEOUT;
        }
        try {
            log(realm, reconciliation.reconcile(realm, WeeklyReconciliation::rest));
        } catch (TamperedException | KeyUnavailableException | UnreadableException e) {
            // The other realms are still reconciled.
            LOG.error("realm {} cannot be reconciled: {}", realm, e.getMessage());
        } finally {
            walks.release(realm);
        }
        write(new Round(round.begun, realm));
        return Duration.ZERO;
    }

    private static void log(long realm, Reconciliation.Report report) {
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
                all.stream()
                        .limit(MAX_LOGGED)
                        .map(WeeklyReconciliation::describe)
                        .collect(Collectors.joining("; ")),
                all.size() > MAX_LOGGED ? "; …" : "");
    }

    /// Describes one difference: the row, the field and, unless they are personal, both values.
    private static String describe(Difference difference) {
        if (difference.field().equals(Difference.ROW)) {
            return difference.subject()
                    + (difference.row() == null ? " is missing in the database" : " is unknown to the journal");
        }
        if (Difference.WITHHELD.equals(difference.row()) || Difference.WITHHELD.equals(difference.journal())) {
            return difference.subject() + ": " + difference.field() + " differs (personal, not shown)";
        }
        return difference.subject() + ": " + difference.field() + " is " + quoted(difference.row())
                + " in the database and " + quoted(difference.journal()) + " in the journal";
    }

    private static String quoted(@Nullable String value) {
        return value == null ? "absent" : "\"" + value + "\"";
    }

    private static void rest(long tookNanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(tookNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the server stops");
        }
    }

    /// Reads the progress. If the file is missing or damaged, no round has started yet.
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
}
