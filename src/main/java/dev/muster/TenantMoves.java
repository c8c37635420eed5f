package dev.muster;

import dev.muster.cli.LocalTasks;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.config.Config;
import dev.muster.config.Secret;
import dev.muster.directory.cells.CellDirectory;
import dev.muster.directory.cells.CellSetup;
import dev.muster.directory.transfer.AbortedMove;
import dev.muster.directory.transfer.MoveStep;
import dev.muster.directory.transfer.Moved;
import dev.muster.directory.transfer.TenantMove;
import dev.muster.directory.transfer.TransferException;
import dev.muster.model.tenant.CellState;
import dev.muster.model.tenant.RealmState;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.transfer.TenantGate;
import dev.muster.storage.transfer.TenantId;
import dev.muster.storage.transfer.TenantTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
            return run(move, from, to, () -> outsideOfCells(move), progress);
        });
    }

    private LocalTasks.MoveResult run(
            LocalTasks.Move move,
            MasterKeys from,
            MasterKeys to,
            Supplier<TenantTarget> target,
            Consumer<String> progress)
            throws IOException {
        TenantMove.Route route =
                new TenantMove.Route(() -> gate(move.from()), () -> TenantFiles.source(move.from()), target);
        Moved done = new TenantMove(from, to, random, (step, rows) -> report(step, rows, progress))
                .move(move.partnerId(), route);
        return new LocalTasks.MoveResult(done.rows(), done.refused());
    }

    /// Opens the target of a move that names its database by URL, not as a cell.
    ///
    /// @throws CommandException if it is a cell to which the tenant's requests would not be led
    private static TenantTarget outsideOfCells(LocalTasks.Move move) {
        TenantTarget target = TenantFiles.target(move.to());
        try {
            String cell = target.cell();
            if (cell == null) {
                return target;
            }
            if (!cell.equals(CellDirectory.FIRST) || isOtherCell(move.from())) {
                throw new CommandException(
                        Exit.REFUSED,
                        "that database is the cell " + cell + ", and requests would not be led there: name the"
                                + " first cell's with --database, and --to-cell " + cell);
            }
            String place = target.placeOf(move.partnerId());
            if (place != null && !place.equals(cell)) {
                throw new CommandException(
                        Exit.REFUSED,
                        "requests of " + move.partnerId() + " are led to cell " + place + " from there, so it would not"
                                + " be found");
            }
            return target;
        } catch (CommandException | StorageException e) {
            target.close();
            throw e;
        }
    }

    private static boolean isOtherCell(Config.Storage storage) {
        try (TenantGate gate = gate(storage)) {
            String cell = gate.cell();
            return cell != null && !cell.equals(CellDirectory.FIRST);
        }
    }

    @Override
    public LocalTasks.MoveResult moveToCell(
            LocalTasks.FirstCell first, String partnerId, String cell, boolean force, Consumer<String> progress) {
        return CellTasks.with(first, setup -> {
            CellDirectory.Place place = setup.placeOf(partnerId);
            if (place.cell().equals(cell)) {
                throw new CommandException(
                        Exit.REFUSED, "the tenant " + partnerId + " is in cell " + cell + " already");
            }
            CellState state = setup.state(cell);
            if (state != CellState.OPEN && !force && !isCopied(partnerId, place, storage(first, setup, cell))) {
                throw new CommandException(
                        Exit.REFUSED,
                        "cell " + cell + " is " + state.wireName() + ": choose another one, or add --force");
            }
            LocalTasks.Move move = new LocalTasks.Move(
                    partnerId,
                    storage(first, setup, place.cell()),
                    first.masterKeyFile(),
                    storage(first, setup, cell),
                    first.masterKeyFile());
            MasterKeys keys = MasterKeys.load(first.masterKeyFile());
            LocalTasks.MoveResult done =
                    reporting(() -> run(move, keys, keys, () -> TenantFiles.target(move.to()), progress));
            // Only now, so that a move which is interrupted before it finds the original again.
            setup.lead(partnerId, place, cell);
            return done;
        });
    }

    /// Whether a database has the tenant's copy already, so that an earlier move to it only has to be finished.
    private static boolean isCopied(String partnerId, CellDirectory.Place place, Config.Storage storage) {
        TenantId tenant = new TenantId(partnerId, place.testRealm(), place.productionRealm());
        return reporting(() -> {
            try (TenantGate gate = gate(storage)) {
                RealmState state = gate.state(tenant);
                return state == RealmState.ARRIVING || state == RealmState.OPEN;
            }
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
    public LocalTasks.Aborted abort(LocalTasks.Abort abort) {
        if (abort.to() == null
                && abort.from() instanceof Config.Storage.Postgres(var url, var _)
                && isFirstCell(abort.from())) {
            return abortInCells(new LocalTasks.FirstCell(url, abort.masterKeyFile()), abort);
        }
        Config.@Nullable Storage to = abort.to();
        List<AbortedMove.Other> others =
                to == null ? List.of() : List.of(new AbortedMove.Other("The other database", () -> gate(to)));
        return aborted(abort.partnerId(), abort.from(), others);
    }

    private static LocalTasks.Aborted abortInCells(LocalTasks.FirstCell first, LocalTasks.Abort abort) {
        return CellTasks.with(first, setup -> {
            String partnerId = abort.partnerId();
            String from = setup.placeOf(partnerId).cell();
            List<AbortedMove.Other> others = setup.list().stream()
                    .map(CellDirectory.Listed::name)
                    .filter(name -> abort.toCell() == null ? !name.equals(from) : name.equals(abort.toCell()))
                    .map(name -> new AbortedMove.Other("Cell " + name, () -> gate(storage(first, setup, name))))
                    .toList();
            if (abort.toCell() != null && (others.isEmpty() || from.equals(abort.toCell()))) {
                throw new CommandException(
                        Exit.REFUSED,
                        others.isEmpty()
                                ? "there is no cell " + abort.toCell()
                                : "the tenant " + partnerId + " is in cell " + from + " already");
            }
            return aborted(partnerId, storage(first, setup, from), others);
        });
    }

    private static LocalTasks.Aborted aborted(String partnerId, Config.Storage from, List<AbortedMove.Other> others) {
        return reporting(() -> {
            try (TenantGate gate = gate(from)) {
                AbortedMove aborted = AbortedMove.abort(partnerId, gate, others);
                List<String> notes = new ArrayList<>();
                aborted.unreachable()
                        .forEach(name -> notes.add(name + " does not answer or has another schema version. If it has a"
                                + " copy of " + partnerId + ", that has no effect, and a move to it begins anew."));
                if (others.isEmpty()) {
                    notes.add("If the other database has a copy of " + partnerId
                            + ", that has no effect, and a move to it begins anew.");
                }
                return new LocalTasks.Aborted(aborted.wasFrozen(), aborted.copies(), notes);
            }
        });
    }

    private static boolean isFirstCell(Config.Storage storage) {
        return reporting(() -> {
            try (TenantGate gate = gate(storage)) {
                return CellDirectory.FIRST.equals(gate.cell());
            }
        });
    }

    @Override
    public void forget(String partnerId, Config.Storage storage, Path masterKeyFile) {
        String cell = reporting(() -> {
            try (TenantGate gate = gate(storage)) {
                return Objects.requireNonNullElse(gate.cell(), "");
            }
        });
        if (storage instanceof Config.Storage.Postgres(var url, var _) && cell.equals(CellDirectory.FIRST)) {
            forgetInCell(new LocalTasks.FirstCell(url, masterKeyFile), partnerId, cell);
        } else if (cell.isEmpty()) {
            forget(partnerId, storage);
        } else {
            throw new CommandException(
                    Exit.REFUSED,
                    "that database is the cell " + cell + ": name the first cell's with --database, and --from-cell "
                            + cell);
        }
    }

    private static void forget(String partnerId, Config.Storage storage) {
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
            CellDirectory.Place place = setup.placeOf(partnerId);
            boolean isPlace = place.cell().equals(cell);
            if (isPlace) {
                // A move that was interrupted before it changed the tenant's place cannot be run again without this
                // copy.
                refuseElsewhere(first, setup, partnerId, place);
            }
            forget(partnerId, storage(first, setup, cell));
            if (isPlace) {
                setup.unplace(partnerId);
            }
            return cell;
        });
    }

    /// Refuses if the tenant is, or may become, valid in a cell other than the one to which its requests are led.
    private static void refuseElsewhere(
            LocalTasks.FirstCell first, CellSetup setup, String partnerId, CellDirectory.Place place) {
        TenantId tenant = new TenantId(partnerId, place.testRealm(), place.productionRealm());
        for (CellDirectory.Listed other : setup.list()) {
            if (other.name().equals(place.cell())) {
                continue;
            }
            try (TenantGate gate = gate(storage(first, setup, other.name()))) {
                RealmState there = gate.state(tenant);
                if (there != null && there != RealmState.MOVED) {
                    throw new CommandException(
                            Exit.REFUSED,
                            "requests of " + partnerId + " are still led to cell " + place.cell()
                                    + ": finish the move with --to-cell " + other.name());
                }
            }
        }
    }

    private static TenantGate gate(Config.Storage storage) {
        return switch (storage) {
            case Config.Storage.Sqlite(var folder) -> TenantGate.sqlite(folder);
            case Config.Storage.Postgres(var url, var _) -> TenantGate.postgres(url.text());
        };
    }
}
