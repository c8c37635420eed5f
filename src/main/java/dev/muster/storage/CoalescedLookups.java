package dev.muster.storage;

import dev.muster.model.UserRef;
import dev.muster.storage.StorageException.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Looks single users up, as many with one statement as have come while the statement before was on its way. Who comes
/// alone does not wait. For PostgreSQL, where a round trip costs several times what it fetches: see
/// docs/decisions/032.
final class CoalescedLookups implements AutoCloseable {
    /// How many statements may be on their way at once.
    private static final int AT_ONCE = 2;

    /// How many lookups one statement carries out.
    private static final int MOST = 64;

    private final Database database;
    private final LinkedBlockingQueue<Lookup> waiting = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    private record Lookup(long realm, UserRef ref, CompletableFuture<Rows.@Nullable UserRow> found) {}

    CoalescedLookups(Database database) {
        this.database = database;
        for (int i = 0; i < AT_ONCE; i++) {
            threads.add(Thread.ofPlatform().daemon().name("lookup-" + i).unstarted(this::work));
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /// As [Reads#user].
    Rows.@Nullable UserRow user(long realm, UserRef ref) {
        Lookup lookup = new Lookup(realm, ref, new CompletableFuture<>());
        waiting.add(lookup);
        try {
            return lookup.found.get(Database.DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            lookup.found.cancel(false);
            throw new StorageException(Kind.UNREACHABLE, "storage did not answer in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException(Kind.UNREACHABLE, "interrupted while waiting for a user", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StorageException failure) {
                throw new StorageException(failure.kind(), String.valueOf(failure.getMessage()), failure);
            }
            throw new IllegalStateException("looking users up failed", e.getCause());
        }
    }

    private void work() {
        while (!closed) {
            List<Lookup> together = new ArrayList<>();
            try {
                together.add(waiting.take());
            } catch (InterruptedException e) {
                break;
            }
            waiting.drainTo(together, MOST - 1);
            together.removeIf(lookup -> lookup.found.isDone());
            if (!together.isEmpty()) {
                carryOut(together);
            }
        }
    }

    private void carryOut(List<Lookup> together) {
        try {
            Map<Long, Set<UserRef>> refs = new LinkedHashMap<>();
            for (Lookup lookup : together) {
                refs.computeIfAbsent(lookup.realm, _ -> new LinkedHashSet<>()).add(lookup.ref);
            }
            Map<Long, Map<UserRef, Rows.UserRow>> found = database.read(reads -> reads.users(refs));
            for (Lookup lookup : together) {
                lookup.found.complete(found.getOrDefault(lookup.realm, Map.of()).get(lookup.ref));
            }
        } catch (StorageException e) {
            if (e.kind() == Kind.STATEMENT) {
                apart(together, e);
            } else {
                together.forEach(lookup -> lookup.found.completeExceptionally(e));
            }
        } catch (RuntimeException e) {
            apart(together, e);
        }
    }

    /// A user whose row cannot be read is nobody else's fault.
    private void apart(List<Lookup> together, RuntimeException why) {
        if (together.size() == 1) {
            together.getFirst().found.completeExceptionally(why);
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
