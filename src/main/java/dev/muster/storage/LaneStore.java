package dev.muster.storage;

import dev.muster.model.Needs;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// One lane's own connection, for its one thread. A transaction goes [#lock], [#present], [#load], [#save],
/// [#commit]; after a [StorageException] of kind `UNREACHABLE` call [#reconnect], else [#rollback].
public final class LaneStore implements AutoCloseable {
    /// Begins a transaction and locks these realms' rows, in the order of their numbers; those that another server has
    /// locked are left out, unless `wait` says to wait for them (at most `lock_timeout`).
    public List<Long> lock(Collection<Long> realms, boolean wait) {
        throw new UnsupportedOperationException();
    }

    /// The last batch of each realm; one with `no` 0, `seq` 0, and an empty head where there is none.
    /// To be called after [#lock]: what it reads is no older than the locks.
    public List<Rows.BatchRow> present(Collection<Long> realms) {
        throw new UnsupportedOperationException();
    }

    /// The database server's clock, or the machine's on SQLite, cut to milliseconds.
    public Instant clock() {
        throw new UnsupportedOperationException();
    }

    /// Loads all that is needed of each realm, and the answers kept under these idempotency keys (of which only realm,
    /// actor and key are looked at), with a few set-based statements.
    public Loaded load(Map<Long, Needs> needs, Collection<Rows.RetryRow> retries) {
        throw new UnsupportedOperationException();
    }

    public void save(Batch batch) {
        throw new UnsupportedOperationException();
    }

    public void commit() {
        throw new UnsupportedOperationException();
    }

    public void rollback() {
        throw new UnsupportedOperationException();
    }

    /// Gives up the connection, whatever its state, and opens another.
    public void reconnect() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    public java.util.@org.jspecify.annotations.Nullable UUID txn(long realm, long no) {
        throw new UnsupportedOperationException();
    }

    public int dropRetries(Instant before, int most) {
        throw new UnsupportedOperationException();
    }

    public void noteKeyUses(List<Rows.KeyUseRow> uses) {
        throw new UnsupportedOperationException();
    }

    public void addCheckpoints(List<Rows.CheckpointRow> rows) {
        throw new UnsupportedOperationException();
    }
}
