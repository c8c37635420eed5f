package dev.muster.cells;

import dev.muster.api.RequestTenant;
import dev.muster.directory.cells.CellDirectory;
import dev.muster.model.tenant.Realm;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.storage.sql.StorageException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The cells of a server besides the first. Looks at the list of cells every second, and opens those that are new. Each
/// has its own thread, so that one that does not answer delays no other. Thread-safe.
public final class Cells implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Cells.class);

    private final CellDirectory directory;
    private final OpenCell.Opener opener;
    private final Consumer<Cells.Metered> added;
    private final long settlesNanos;
    private final Thread thread;
    private boolean unlisted;

    /// Replaced as a whole, so that a request of a server with one cell only reads a field.
    private volatile Map<String, Known> cells = Map.of();

    private record Known(Cell cell, long since) {}

    /// What metrics show of a cell.
    public interface Metered {
        String name();

        /// Whether its tenants are served.
        boolean isServed();

        /// Whether its journals contradict their checkpoints.
        boolean isContradicted();
    }

    /// The part of the server that answers a request.
    public sealed interface Target {
        /// The first cell.
        record First() implements Target {}

        /// Another cell.
        record Other(OpenCell cell) implements Target {}

        /// A cell that cannot answer, or is not known because the first cannot answer.
        record Unavailable() implements Target {}
    }

    private static final Target FIRST = new Target.First();
    private static final Target UNAVAILABLE = new Target.Unavailable();

    /// Reads the list of cells, and starts to open them.
    ///
    /// @param settles how long a cell must be known before this server creates tenants in it. Until then, another
    ///     server may not know it, and would refuse its tenants' keys
    /// @param added called with each cell that is found
    public Cells(CellDirectory directory, OpenCell.Opener opener, Duration settles, Consumer<Cells.Metered> added) {
        this.directory = directory;
        this.opener = opener;
        this.settlesNanos = settles.toNanos();
        this.added = added;
        update();
        this.thread = Thread.ofPlatform().name("cells").daemon().start(this::run);
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(INTERVAL);
                try {
                    update();
                    unlisted = false;
                } catch (StorageException | KeyUnavailableException e) {
                    if (!unlisted) {
                        LOG.warn("the list of cells cannot be read: {}", e.getMessage());
                    }
                    unlisted = true;
                }
            }
        } catch (InterruptedException e) {
            // The server is stopping.
        }
    }

    private void update() {
        Map<String, Known> before = cells;
        List<CellDirectory.Cell> listed = directory.others();
        if (listed.isEmpty() && before.isEmpty()) {
            return;
        }
        Map<String, Known> after = new HashMap<>();
        for (CellDirectory.Cell each : listed) {
            Known known = before.get(each.name());
            if (known == null || !known.cell.isAt(each.url())) {
                known = new Known(new Cell(each.name(), each.url(), opener), System.nanoTime());
                added.accept(new MeteredCell(each.name(), this));
            }
            after.put(each.name(), known);
        }
        cells = Map.copyOf(after);
        before.values().stream().filter(known -> !after.containsValue(known)).forEach(known -> known.cell.close());
    }

    private record MeteredCell(String name, Cells cells) implements Metered {
        @Override
        public boolean isServed() {
            Known known = cells.cells.get(name);
            return known != null && known.cell.serving() != null;
        }

        @Override
        public boolean isContradicted() {
            Known known = cells.cells.get(name);
            return known != null && known.cell.isContradicted();
        }
    }

    /// Whether there are cells besides the first.
    boolean areAny() {
        return !cells.isEmpty();
    }

    /// Finds the cell that answers a request. An unknown realm or tenant is looked for in the first one.
    Target find(RequestTenant tenant) {
        if (!areAny()) {
            return FIRST;
        }
        try {
            return switch (tenant) {
                case RequestTenant.None _ -> FIRST;
                case RequestTenant.OfPartner(var partnerId) -> named(directory.cellOf(partnerId));
                case RequestTenant.OfRealm(var realm, var _) when realm == Realm.SYSTEM -> FIRST;
                case RequestTenant.OfRealm(var realm, var optional) -> {
                    Target target = named(directory.cellOf(realm));
                    yield optional && target.equals(UNAVAILABLE) ? FIRST : target;
                }
            };
        } catch (StorageException e) {
            return UNAVAILABLE;
        }
    }

    private Target named(Optional<String> cell) {
        return cell.isEmpty() ? FIRST : named(cell.get());
    }

    /// The cell of this name, which this server may not know yet.
    Target named(String cell) {
        if (cell.equals(CellDirectory.FIRST)) {
            return FIRST;
        }
        Known known = cells.get(cell);
        OpenCell serving = known == null ? null : known.cell.serving();
        return serving == null ? UNAVAILABLE : new Target.Other(serving);
    }

    /// The names of all cells besides the first.
    Set<String> names() {
        return cells.keySet();
    }

    /// The names of the cells, with the first, in which this server can create tenants.
    Set<String> usable() {
        long now = System.nanoTime();
        Set<String> usable = new HashSet<>(Set.of(CellDirectory.FIRST));
        cells.forEach((name, known) -> {
            if (known.cell.serving() != null && now - known.since >= settlesNanos) {
                usable.add(name);
            }
        });
        return usable;
    }

    /// Stops looking at the list, and closes all cells, at the same time.
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<Thread> closing = cells.values().stream()
                .map(known -> Thread.ofPlatform().start(known.cell::close))
                .toList();
        for (Thread each : closing) {
            try {
                each.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
