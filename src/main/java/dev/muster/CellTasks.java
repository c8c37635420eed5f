package dev.muster;

import dev.muster.cli.LocalTasks;
import dev.muster.cli.LocalTasks.CellLine;
import dev.muster.cli.LocalTasks.FirstCell;
import dev.muster.cli.LocalTasks.Migrated;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.config.Secret;
import dev.muster.directory.cells.CellDirectory;
import dev.muster.directory.cells.CellException;
import dev.muster.directory.cells.CellSetup;
import dev.muster.model.tenant.CellState;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.MasterKeys;
import dev.muster.storage.Database;
import dev.muster.storage.sql.StorageException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// Changes the cells of an installation, for the commands `muster cell …`.
final class CellTasks implements LocalTasks.Cells {
    /// Opens the first cell, and turns failures into one line for the operator.
    static <T> T with(FirstCell first, Function<CellSetup, T> work) {
        // The drivers' own messages would be mixed with those of the command.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        try (Database database = Database.existingPostgres(first.url().text());
                CellSetup setup = CellSetup.of(database, MasterKeys.load(first.masterKeyFile()), new SecureRandom())) {
            return work.apply(setup);
        } catch (KeyUnavailableException | StorageException e) {
            throw Serve.unusable(e);
        } catch (CellException e) {
            throw new CommandException(Exit.REFUSED, Objects.requireNonNullElse(e.getMessage(), e.toString()), e);
        }
    }

    @Override
    public void create(FirstCell first, String name, Secret url) {
        with(first, setup -> {
            setup.create(name, url.text(), Instant.now());
            return name;
        });
    }

    /// A cell.
    ///
    /// @param url its JDBC URL, which may contain a password; null for the first cell, or if it was altered
    record Cell(CellLine line, @Nullable String url) {
        @Override
        public String toString() {
            return line.toString();
        }
    }

    /// All cells, ordered by name; empty if there is only the first.
    static List<Cell> all(FirstCell first) {
        return with(
                first,
                setup -> setup.list().stream()
                        .map(cell -> new Cell(
                                new CellLine(
                                        cell.name(),
                                        cell.state().wireName(),
                                        cell.tenants(),
                                        database(cell.name(), cell.url())),
                                cell.url()))
                        .toList());
    }

    @Override
    public List<CellLine> list(FirstCell first) {
        return all(first).stream().map(Cell::line).toList();
    }

    /// The database in a URL, without the parameters, which may contain a password.
    private static String database(String cell, @Nullable String url) {
        if (url == null) {
            return cell.equals(CellDirectory.FIRST) ? "this one" : "its stored URL was altered";
        }
        int parameters = url.indexOf('?');
        return parameters < 0 ? url : url.substring(0, parameters);
    }

    @Override
    public void full(FirstCell first, String name) {
        change(first, name, CellState.FULL);
    }

    @Override
    public void drain(FirstCell first, String name) {
        change(first, name, CellState.DRAINING);
    }

    @Override
    public void reopen(FirstCell first, String name) {
        change(first, name, CellState.OPEN);
    }

    @Override
    public List<String> setUrl(FirstCell first, String name, Secret url) {
        return with(first, setup -> {
            List<String> missing = setup.setUrl(name, url.text());
            return missing.isEmpty()
                    ? List.of()
                    : List.of("These tenants of the cell are not in the database: " + String.join(", ", missing)
                            + ". If it was restored from a backup, what was written since is lost.");
        });
    }

    private static void change(FirstCell first, String name, CellState state) {
        with(first, setup -> {
            setup.change(name, state);
            return name;
        });
    }

    @Override
    public Migrated migrate(FirstCell first, String name) {
        return with(first, setup -> new Migrated(setup.migrate(name), Database.SCHEMA));
    }
}
