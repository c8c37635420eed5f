package dev.muster.cells;

import dev.muster.directory.Core;
import dev.muster.http.HttpApi;
import java.util.List;

/// An opened cell, with connections, lanes and background tasks that no other cell uses.
///
/// @param httpApis the APIs of all dialects, in the order and with the routes of those of the first cell
/// @param health looks whether the cell's database answers, and is the right one
/// @param resources closes the cell
public record OpenCell(Core core, List<HttpApi> httpApis, Health health, Runnable resources) implements AutoCloseable {
    /// Looks at a cell's database.
    @FunctionalInterface
    public interface Health {
        /// Whether the database answers, and is this cell's.
        boolean isGood();
    }

    /// Opens cells.
    @FunctionalInterface
    public interface Opener {
        /// Opens a cell.
        ///
        /// @throws ClosedCellException if the database cannot be used
        OpenCell open(String name, String url);
    }

    @Override
    public void close() {
        resources.run();
    }
}
