package dev.muster.cells;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A cell other than the first. A thread opens it, again and again until that succeeds, and then looks at its database
/// every second. While the database does not answer, the cell stays open, but [#serving] is null, so that requests are
/// refused at once instead of waiting for it.
final class Cell implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /// How many looks in a row must fail. One may fail because the cell is busy.
    private static final int FAILURES = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Cell.class);

    private final String name;
    private final @Nullable String url;
    private final OpenCell.Opener opener;
    private final Thread thread;

    // Only the thread uses these.
    private @Nullable OpenCell opened;
    private int failures;
    private @Nullable String problem;

    private volatile @Nullable OpenCell serving;

    /// Starts to open the cell.
    ///
    /// @param url its JDBC URL; null if the stored one was altered
    Cell(String name, @Nullable String url, OpenCell.Opener opener) {
        this.name = name;
        this.url = url;
        this.opener = opener;
        this.thread = Thread.ofPlatform().name("cell " + name).daemon().start(this::run);
    }

    String name() {
        return name;
    }

    /// Whether the cell was created with this URL.
    boolean isAt(@Nullable String other) {
        return Objects.equals(url, other);
    }

    /// The cell, if it can answer requests; otherwise null.
    @Nullable
    OpenCell serving() {
        return serving;
    }

    /// Whether the journals of the cell contradict their checkpoints. False while the cell is not served.
    boolean isContradicted() {
        OpenCell cell = serving;
        return cell != null && cell.core().isContradicted();
    }

    private void run() {
        try {
            while (true) {
                look();
                Thread.sleep(INTERVAL);
            }
        } catch (InterruptedException e) {
            // The server is stopping.
        } finally {
            serving = null;
            if (opened != null) {
                opened.close();
            }
        }
    }

    private void look() {
        try {
            OpenCell cell = opened;
            if (cell == null) {
                cell = open();
                opened = cell;
                failures = 0;
            } else {
                failures = cell.health().isGood() ? 0 : failures + 1;
            }
            if (failures == 0) {
                good(cell);
            } else if (failures >= FAILURES) {
                bad("its database does not answer", null);
            }
        } catch (ClosedCellException e) {
            bad(String.valueOf(e.getMessage()), null);
        } catch (RuntimeException e) {
            bad(e.toString(), e);
        }
    }

    private OpenCell open() {
        if (url == null) {
            throw new ClosedCellException("its stored URL was altered");
        }
        return opener.open(name, url);
    }

    private void good(OpenCell cell) {
        if (serving == null) {
            LOG.info("cell {} is served", name);
        }
        problem = null;
        serving = cell;
    }

    /// Logs a problem once, until it changes or ends.
    private void bad(String what, @Nullable RuntimeException cause) {
        serving = null;
        if (!what.equals(problem)) {
            problem = what;
            LOG.error("cell {} is not served, and requests of its tenants are refused with 503: {}", name, what, cause);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
