package dev.muster.directory.delivery;

import dev.muster.storage.DeliveryStore;
import dev.muster.storage.DeliveryStore.SaveRow;
import dev.muster.storage.DeliveryTables.EndpointKey;
import dev.muster.storage.sql.StorageException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Saves the progress of endpoints. Thread-safe.
final class ProgressWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressWriter.class);

    private final DeliveryStore store;
    private final WebhookTargets targets;
    private final Runnable onLeasesLost;

    /// Serialises the saves.
    private final ReentrantLock saveLock = new ReentrantLock();

    /// @param onLeasesLost called after a save if any lease was lost
    ProgressWriter(DeliveryStore store, WebhookTargets targets, Runnable onLeasesLost) {
        this.store = store;
        this.targets = targets;
        this.onLeasesLost = onLeasesLost;
    }

    /// Saves the progress of endpoints in one transaction. Stops the endpoints whose leases were lost. If the
    /// database is unavailable, the next save retries.
    ///
    /// @param withAttempts selects the endpoints whose attempts are also saved
    void save(Collection<Endpoint> toSave, Predicate<Endpoint> withAttempts) {
        if (toSave.isEmpty()) {
            return;
        }
        saveLock.lock();
        try {
            Map<Endpoint, ProgressUpdate> parts = new HashMap<>();
            toSave.forEach(endpoint -> parts.put(endpoint, endpoint.takeUpdate(withAttempts.test(endpoint))));
            List<SaveRow> rows = new ArrayList<>();
            parts.forEach((endpoint, part) -> rows.add(targets.row(endpoint.lease(), part)));
            rows.sort((a, b) -> compare(a.endpoint(), b.endpoint()));
            try {
                stored(parts, store.save(rows));
            } catch (StorageException e) {
                LOG.debug("the progress of webhooks cannot be stored", e);
                parts.keySet().forEach(Endpoint::notSaved);
            }
        } finally {
            saveLock.unlock();
        }
    }

    private void stored(Map<Endpoint, ProgressUpdate> parts, Set<EndpointKey> lost) {
        parts.forEach((endpoint, part) -> {
            if (lost.contains(endpoint.key())) {
                endpoint.abort();
            } else {
                endpoint.saved(part);
            }
        });
        if (!lost.isEmpty()) {
            onLeasesLost.run();
        }
    }

    /// Compares two endpoints in the order in which their rows are locked, which is the same on every server.
    private static int compare(EndpointKey a, EndpointKey b) {
        int byRealm = Long.compare(a.realm(), b.realm());
        return byRealm == 0 ? a.webhook().compareTo(b.webhook()) : byRealm;
    }

    /// Runs work that reads rows and compares them with the state in memory. No save may happen in between.
    /// Otherwise the rows would list as open events that have since been settled, and a new replay would be
    /// mistaken for the previous one.
    void betweenSaves(Runnable work) {
        saveLock.lock();
        try {
            work.run();
        } finally {
            saveLock.unlock();
        }
    }
}
