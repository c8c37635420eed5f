package dev.muster.storage;

import dev.muster.storage.engine.Engine;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Looks up values by key in batches: all keys that are requested while one statement is running are looked up by the
/// next one. A single lookup does not wait. Used only with PostgreSQL, where a round trip costs several times as much
/// as the lookup itself; see docs/decisions/032.
final class BatchingLookup<K, V> implements AutoCloseable {
    /// How many statements may run concurrently.
    private static final int MAX_CONCURRENT = 2;

    /// How many keys one statement may look up.
    private static final int MAX_KEYS = 64;

    private final Function<Collection<K>, Map<K, V>> read;
    private final LinkedBlockingQueue<Lookup<K, V>> waiting = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    private record Lookup<K, V>(K key, CompletableFuture<@Nullable V> found) {}

    /// @param name the prefix of the threads' names
    /// @param read the function that reads values; it returns the values of those keys that exist
    BatchingLookup(String name, Function<Collection<K>, Map<K, V>> read) {
        this.read = read;
        for (int i = 0; i < MAX_CONCURRENT; i++) {
            threads.add(Thread.ofPlatform().daemon().name(name + "-" + i).unstarted(this::work));
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /// Returns the value of a key; null if there is none. The value is never read before this method is called.
    /// Throws a [StorageException] of kind `UNREACHABLE` if the read takes too long.
    @Nullable
    V get(K key) {
        Lookup<K, V> lookup = new Lookup<>(key, new CompletableFuture<>());
        waiting.add(lookup);
        try {
            return lookup.found.get(Engine.READ_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            lookup.found.cancel(false);
            throw new StorageException(Kind.UNREACHABLE, "storage did not answer in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException(Kind.UNREACHABLE, "interrupted while waiting to read", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StorageException failure) {
                throw new StorageException(failure.kind(), String.valueOf(failure.getMessage()), failure);
            }
            throw new IllegalStateException("the lookup failed", e.getCause());
        }
    }

    private void work() {
        while (!closed) {
            List<Lookup<K, V>> together = new ArrayList<>();
            try {
                together.add(waiting.take());
            } catch (InterruptedException e) {
                break;
            }
            waiting.drainTo(together, MAX_KEYS - 1);
            together.removeIf(lookup -> lookup.found.isDone());
            if (!together.isEmpty()) {
                carryOut(together);
            }
        }
    }

    private void carryOut(List<Lookup<K, V>> together) {
        try {
            Collection<K> keys = new LinkedHashSet<>();
            together.forEach(lookup -> keys.add(lookup.key));
            Map<K, V> found = read.apply(keys);
            together.forEach(lookup -> lookup.found.complete(found.get(lookup.key)));
        } catch (StorageException e) {
            if (e.kind() == Kind.STATEMENT) {
                apart(together, e);
            } else {
                together.forEach(lookup -> lookup.found.completeExceptionally(e));
            }
        } catch (RuntimeException | Error e) {
            // Fail or retry the lookups, but keep the thread running.
            apart(together, e);
        }
    }

    /// Looks up each key separately, so that an unreadable row fails only its own lookup.
    private void apart(List<Lookup<K, V>> together, Throwable cause) {
        if (together.size() == 1) {
            together.getFirst().found.completeExceptionally(cause);
        } else {
            together.forEach(lookup -> carryOut(List.of(lookup)));
        }
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
    }
}
