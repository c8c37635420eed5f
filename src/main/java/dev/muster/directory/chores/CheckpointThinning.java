package dev.muster.directory.chores;

import dev.muster.directory.keys.ReadClock;
import dev.muster.storage.CheckpointStore;
import dev.muster.storage.Database;
import dev.muster.storage.RealmTables.RealmRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Deletes old checkpoints from the database: all are kept for a day, then one an hour for a month, then one a day. The
/// checkpoint folders and the witness keep all of them, and so do their chains. Every realm is looked at once a day.
public final class CheckpointThinning implements Schedule.Chore {
    private static final Duration FULL_RETENTION = Duration.ofDays(1);
    private static final Duration HOURLY_RETENTION = Duration.ofDays(30);
    private static final Duration INTERVAL = Duration.ofDays(1);
    private static final Duration PAGE_INTERVAL = Duration.ofSeconds(1);
    private static final Duration CHECK_INTERVAL = Duration.ofMinutes(10);
    private static final int REALMS_PER_PAGE = 100;

    private final Database database;
    private final CheckpointStore storage;
    private final ReadClock now;
    private Instant begun = Instant.MIN;
    private long after = -1;
    private boolean done = true;

    public CheckpointThinning(Database database, CheckpointStore storage, ReadClock now) {
        this.database = database;
        this.storage = storage;
        this.now = now;
    }

    /// Thins the checkpoints of the next 100 realms. Starts a new round a day after the last one began.
    @Override
    public Duration run() {
        Instant at = now.instant();
        if (done) {
            if (begun.isAfter(at.minus(INTERVAL)) && !begun.isAfter(at)) {
                return CHECK_INTERVAL;
            }
            begun = at;
            after = -1;
            done = false;
        }
        List<RealmRow> page = database.read(reads -> reads.realms().realms(after, REALMS_PER_PAGE));
        for (RealmRow row : page) {
            long realm = row.realm().id();
            storage.thin(realm, at.minus(FULL_RETENTION), at.minus(HOURLY_RETENTION));
            after = realm;
        }
        done = page.size() < REALMS_PER_PAGE;
        return done ? CHECK_INTERVAL : PAGE_INTERVAL;
    }
}
