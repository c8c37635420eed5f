package dev.muster;

import dev.muster.cli.LocalTasks;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.config.Config;
import dev.muster.config.Secret;
import dev.muster.directory.cells.CellDirectory;
import dev.muster.directory.cells.CellSetup;
import dev.muster.directory.transfer.MoveStep;
import dev.muster.directory.transfer.Moved;
import dev.muster.directory.transfer.TenantMove;
import dev.muster.directory.transfer.TransferException;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.transfer.TenantGate;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// Moves tenants between databases, for the command `muster tenant move`.
final class TenantMoves implements LocalTasks.TenantMoves {
    private final SecureRandom random = new SecureRandom();

    /// A part of a move.
    private interface Work<T> {
        T run() throws IOException;
    }

    /// Runs the work, and turns its failures into one line for the operator.
    private static <T> T reporting(Work<T> work) {
        // The drivers' own messages would be mixed with those of the command.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        try {
            return work.run();
        } catch (KeyUnavailableException e) {
            throw Serve.unusable(e);
        } catch (StorageException e) {
            CommandException unusable = Serve.unusable(e);
            throw new CommandException(
                    unusable.exit(), unusable.getMessage() + "; run the command again to finish or begin anew", e);
        } catch (TransferException | TamperedException e) {
            throw new CommandException(Exit.REFUSED, Objects.requireNonNullElse(e.getMessage(), e.toString()), e);
        } catch (IOException e) {
            throw new CommandException(
                    Exit.USAGE, "the move failed: " + e.getClass().getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public LocalTasks.MoveResult move(LocalTasks.Move move, Consumer<String> progress) {
        return reporting(() -> {
            MasterKeys from = MasterKeys.load(move.masterKeyFile());
            MasterKeys to = TenantFiles.masterKeys(move.to(), move.toMasterKeyFile(), random);
            TenantMove.Route route = new TenantMove.Route(
                    () -> gate(move.from()),
                    () -> TenantFiles.source(move.from()),
                    () -> TenantFiles.target(move.to()));
            Moved done = new TenantMove(from, to, random, (step, rows) -> report(step, rows, progress))
                    .move(move.partnerId(), route);
            return new LocalTasks.MoveResult(done.rows(), done.refused());
        });
    }

    @Override
    public LocalTasks.MoveResult moveToCell(
            LocalTasks.FirstCell first, String partnerId, String cell, Consumer<String> progress) {
        return CellTasks.with(first, setup -> {
            CellDirectory.Place place = setup.placeOf(partnerId);
            if (place.cell().equals(cell)) {
                throw new CommandException(
                        Exit.REFUSED, "the tenant " + partnerId + " is in cell " + cell + " already");
            }
            LocalTasks.Move move = new LocalTasks.Move(
                    partnerId,
                    storage(first, setup, place.cell()),
                    first.masterKeyFile(),
                    storage(first, setup, cell),
                    first.masterKeyFile());
            LocalTasks.MoveResult done = move(move, progress);
            // Only now, so that a move which is interrupted before it finds the original again.
            setup.lead(partnerId, place, cell);
            return done;
        });
    }

    private static Config.Storage storage(LocalTasks.FirstCell first, CellSetup setup, String cell) {
        Secret url = cell.equals(CellDirectory.FIRST) ? first.url() : new Secret(setup.url(cell));
        return new Config.Storage.Postgres(url, null);
    }

    private static void report(MoveStep step, long rows, Consumer<String> progress) {
        switch (step) {
            case COPIED -> progress.accept(String.format(Locale.ROOT, "Copied %,d rows.", rows));
            case COMPARED ->
                progress.accept(
                        String.format(Locale.ROOT, "Compared all rows, and copied %,d that had changed.", rows));
            case FOLLOWED -> progress.accept(String.format(Locale.ROOT, "Copied %,d more that had changed.", rows));
            case FROZEN -> progress.accept("Writes are refused from now on.");
            case COMPLETE -> progress.accept(String.format(Locale.ROOT, "Copied the last %,d changes.", rows));
            case ARRIVED, LEFT -> {}
            case OPENED -> progress.accept("The tenant is in the other database.");
        }
    }

    @Override
    public void forget(String partnerId, Config.Storage storage) {
        reporting(() -> {
            try (TenantGate gate = gate(storage)) {
                TenantMove.forget(partnerId, gate);
            }
            return partnerId;
        });
    }

    @Override
    public void forgetInCell(LocalTasks.FirstCell first, String partnerId, String cell) {
        CellTasks.with(first, setup -> {
            if (setup.placeOf(partnerId).cell().equals(cell)) {
                // Without this copy, the tenant's place could not be found any more.
                throw new CommandException(
                        Exit.REFUSED,
                        "requests of " + partnerId + " are still led to cell " + cell
                                + ": finish the move with --to-cell");
            }
            forget(partnerId, storage(first, setup, cell));
            return cell;
        });
    }

    private static TenantGate gate(Config.Storage storage) {
        return switch (storage) {
            case Config.Storage.Sqlite(var folder) -> TenantGate.sqlite(folder);
            case Config.Storage.Postgres(var url, var _) -> TenantGate.postgres(url.text());
        };
    }
}
