package dev.muster.directory;

import dev.muster.directory.chores.Schedule;
import dev.muster.storage.FailureStore;
import dev.muster.storage.FailureStore.FailureRow;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Exchanges the numbers of failed attempts to authenticate with the other servers on a PostgreSQL database, so that an
/// attacker gains nothing by using several servers. Each server counts its own failures, writes those that have changed
/// once a second, and reads what the others have written in the last ten seconds.
///
/// Checks need no database: they use what was read last. So in one second, an attacker has as many attempts on each
/// server as on one. While the database does not answer, each server counts by itself.
///
/// Memory is bounded; the subjects that failed longest ago are forgotten first. Names are stored as hashes.
/// Thread-safe.
public final class FailureCounts implements Schedule.Chore {
    /// Receives what other servers have counted.
    public interface Listener {
        /// Reports failures of an address on another server.
        ///
        /// @param times how often it has failed since the last call, at least once
        void addressFailed(InetAddress address, long times);

        /// Reports failures of a name on another server.
        ///
        /// @param failures how often it has failed on a server since it last succeeded; 0 after a correct
        ///     password
        void nameFailed(String hash, UUID server, long failures);
    }

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration READ_INTERVAL = Duration.ofSeconds(10);
    private static final Duration RETENTION = Duration.ofMinutes(20);

    /// Failures that were this long apart are counted anew.
    private static final Duration RESET_AFTER = Duration.ofMinutes(15);

    private static final int MAX_SUBJECTS = 10_000;
    private static final int MAX_ROWS = 1_000;
    private static final int ROUNDS_PER_CLEANUP = 60;
    private static final byte ADDRESS = 0;
    private static final byte NAME = 1;

    private final FailureStore storage;
    private final UUID server;
    private final LongSupplier nanoTime;
    private final Map<String, Count> own = bounded();
    private final Set<String> changed = new LinkedHashSet<>();
    private final Map<String, Long> others = bounded();
    private @Nullable Listener listener;
    private int round;

    private record Count(long failures, long atNanos) {}

    /// @param server a random id of this server
    /// @param nanoTime a monotonic clock, such as `System::nanoTime`
    public FailureCounts(FailureStore storage, UUID server, LongSupplier nanoTime) {
        this.storage = storage;
        this.server = server;
        this.nanoTime = nanoTime;
    }

    /// Starts to exchange numbers.
    static FailureCounts start(FailureStore storage, Schedule schedule, Listener to) {
        FailureCounts counts = new FailureCounts(storage, UUID.randomUUID(), System::nanoTime);
        counts.tell(to);
        schedule.add("failed attempts", Duration.ZERO, counts);
        return counts;
    }

    void tell(Listener to) {
        listener = to;
    }

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > MAX_SUBJECTS;
            }
        };
    }

    /// Counts a failure from an address.
    public void addressFailed(InetAddress address) {
        failed(subject(ADDRESS, address.getAddress()));
    }

    /// Counts a wrong password for a name.
    ///
    /// @param hash a hash of the name, in hexadecimal
    public void nameFailed(String hash) {
        failed(subject(NAME, HexFormat.of().parseHex(hash)));
    }

    /// Forgets the failures of a name after a correct password, on all servers.
    public synchronized void nameSucceeded(String hash) {
        String subject = subject(NAME, HexFormat.of().parseHex(hash));
        own.put(subject, new Count(0, nanoTime.getAsLong()));
        changed.add(subject);
    }

    private synchronized void failed(String subject) {
        long now = nanoTime.getAsLong();
        Count before = own.get(subject);
        long earlier = before == null || now - before.atNanos >= RESET_AFTER.toNanos() ? 0 : before.failures;
        own.put(subject, new Count(earlier + 1, now));
        changed.add(subject);
    }

    private static String subject(byte kind, byte[] id) {
        return HexFormat.of().toHexDigits(kind) + HexFormat.of().formatHex(id);
    }

    @Override
    public Duration run() {
        List<FailureRow> rows = takeChanged();
        if (!rows.isEmpty()) {
            try {
                storage.put(rows);
            } catch (RuntimeException e) {
                putBack(rows);
                throw e;
            }
        }
        storage.ofOthers(server, READ_INTERVAL, MAX_ROWS).forEach(this::read);
        if (round++ % ROUNDS_PER_CLEANUP == 0) {
            storage.forget(RETENTION, MAX_ROWS);
        }
        return INTERVAL;
    }

    private synchronized List<FailureRow> takeChanged() {
        List<FailureRow> rows = new ArrayList<>();
        for (String subject : changed.stream().limit(MAX_ROWS).toList()) {
            changed.remove(subject);
            Count count = own.get(subject);
            if (count != null) {
                rows.add(new FailureRow(HexFormat.of().parseHex(subject), server, count.failures));
            }
        }
        while (changed.size() > MAX_SUBJECTS) {
            changed.remove(changed.iterator().next());
        }
        return rows;
    }

    private synchronized void putBack(List<FailureRow> rows) {
        rows.forEach(row -> changed.add(HexFormat.of().formatHex(row.subject())));
    }

    private void read(FailureRow row) {
        String key = HexFormat.of().formatHex(row.subject()) + " " + row.server();
        Long before = others.put(key, row.failures());
        Listener to = listener;
        if (to == null || row.subject().length == 0 || (before != null && before == row.failures())) {
            return;
        }
        byte[] id = Arrays.copyOfRange(row.subject(), 1, row.subject().length);
        if (row.subject()[0] == NAME) {
            if (row.failures() == 0) {
                forget(row);
            }
            to.nameFailed(HexFormat.of().formatHex(id), row.server(), row.failures());
        } else {
            // A lower number than before was counted anew.
            long times = before == null || before > row.failures() ? row.failures() : row.failures() - before;
            InetAddress address = address(id);
            if (address != null) {
                to.addressFailed(address, times);
            }
        }
    }

    private synchronized void forget(FailureRow row) {
        own.remove(HexFormat.of().formatHex(row.subject()));
    }

    /// Returns an address; null if someone has altered it.
    private static @Nullable InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
