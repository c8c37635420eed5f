package dev.muster.directory.lane;

import dev.muster.directory.journal.JournalPosition;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.LaneStore;
import dev.muster.storage.LaneStore.StoredBatch;
import dev.muster.storage.sql.StorageException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Remembers the last batch that a lane has committed in each realm, to notice a database that has lost it. The memory
/// starts empty, and is limited: the realms whose last write is the oldest are forgotten first.
///
/// Confined to the thread of one lane.
final class CommittedBatches {
    /// How many realms are remembered, which takes about 4 MB.
    private static final int MAX_REALMS = 16_384;

    private static final int SLICE = 500;
    private static final Logger LOG = LoggerFactory.getLogger(CommittedBatches.class);

    private final Map<Long, BatchRow> last = new LinkedHashMap<>();
    private final Consumer<JournalRewind> rewound;

    /// Whether a new connection was opened since [#compare]. It may lead to another server.
    private boolean reconnected;

    /// @param rewound is called once for each journal that has lost a batch; must return quickly
    CommittedBatches(Consumer<JournalRewind> rewound) {
        this.rewound = rewound;
    }

    /// Remembers batches that were committed.
    void committed(Collection<BatchRow> batches) {
        for (BatchRow batch : batches) {
            // The counters are not needed, and take more memory than the rest.
            last.remove(batch.realm());
            last.put(batch.realm(), withoutCounters(batch));
        }
        if (last.size() > MAX_REALMS) {
            var eldest = last.keySet().iterator();
            while (last.size() > MAX_REALMS) {
                eldest.next();
                eldest.remove();
            }
        }
    }

    private static BatchRow withoutCounters(BatchRow batch) {
        return new BatchRow(
                batch.realm(),
                batch.no(),
                batch.txn(),
                batch.firstSeq(),
                batch.lastSeq(),
                batch.head(),
                batch.number(),
                null,
                batch.at());
    }

    void reconnected() {
        reconnected = true;
    }

    /// Compares a realm's last batch, read under the realm's lock, with the remembered one.
    void compare(BatchRow present) {
        BatchRow known = last.get(present.realm());
        if (known != null
                && (present.no() < known.no()
                        || (present.no() == known.no() && !present.txn().equals(known.txn())))) {
            lost(known, new JournalPosition(present.lastSeq(), present.head()));
        }
    }

    /// Compares all remembered batches with the database if the connection is a new one. Must be called before the
    /// next transaction, which may write new batches with the numbers of lost ones.
    void compare(LaneStore store) {
        if (!reconnected) {
            return;
        }
        if (store.isRemote()) {
            compareAll(store);
        }
        reconnected = false;
    }

    private void compareAll(LaneStore store) {
        List<BatchRow> all = List.copyOf(last.values());
        try {
            for (int from = 0; from < all.size(); from += SLICE) {
                compare(store, all.subList(from, Math.min(from + SLICE, all.size())));
            }
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.UNREACHABLE) {
                throw e;
            }
            // Writes must not fail because of this.
            LOG.warn("what was committed cannot be compared with the database: {}", e.getMessage());
        }
    }

    private void compare(LaneStore store, List<BatchRow> slice) {
        for (StoredBatch remains : store.storedBatch(slice)) {
            BatchRow known = last.get(remains.realm());
            // The rows of a tenant that has moved to another database may be deleted.
            if (known != null && isLost(known, remains) && store.isHere(remains.realm())) {
                lost(known, new JournalPosition(remains.lastSeq(), remains.head()));
            }
        }
    }

    /// Only a realm's last batch rows are kept. Once another server has written enough, the journal shows whether
    /// the batch is still there.
    private static boolean isLost(BatchRow known, StoredBatch remains) {
        if (remains.no() < known.no()) {
            return true;
        }
        return remains.txn() != null
                ? !remains.txn().equals(known.txn())
                : known.lastSeq() > 0 && !Arrays.equals(remains.hash(), known.head());
    }

    private void lost(BatchRow known, JournalPosition found) {
        last.remove(known.realm());
        rewound.accept(new JournalRewind(known.realm(), new JournalPosition(known.lastSeq(), known.head()), found));
    }
}
