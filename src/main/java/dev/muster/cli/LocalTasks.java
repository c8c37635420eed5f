package dev.muster.cli;

import dev.muster.config.Config;
import dev.muster.config.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The tasks that commands run in this process rather than on a server. The composition root passes them in. Each may
/// throw a `CommandException` with one line for the user.
public record LocalTasks(
        Serve serve,
        Migrate migrate,
        Examine examine,
        VerifyFile verifyFile,
        AddMasterKey addMasterKey,
        TenantFiles tenantFiles,
        TenantMoves tenantMoves,
        Cells cells) {

    /// Serves until the process is asked to stop, and returns the exit code.
    public interface Serve {
        int serve(Config config) throws Exception;
    }

    /// Migrates a database to this version's schema.
    public interface Migrate {
        Migrated migrate(Config.Storage storage) throws Exception;
    }

    /// The result of a migration.
    ///
    /// @param from the previous schema version; 0 for an empty database
    /// @param to the current schema version; the same as `from` if there was nothing to do
    public record Migrated(int from, int to) {}

    /// Examines the database of an installation, and those of its cells, without changing anything.
    public interface Examine {
        /// Returns what was found, without secrets.
        ///
        /// @param clock this machine's clock, to compare with the database's
        List<Finding> examine(Config config, InstantSource clock);
    }

    /// What an examination found.
    ///
    /// @param text one line without secrets, which says what to do if something is wrong
    public record Finding(Severity severity, String text) {
        /// How bad a finding is. Only `WRONG` needs to be repaired.
        public enum Severity {
            OK,
            WARNING,
            WRONG
        }
    }

    /// Appends a new key to a master key file, and returns its id.
    public interface AddMasterKey {
        String add(Path file);
    }

    /// Exports a tenant from a database to a file, and imports it to another database.
    public interface TenantFiles {
        /// Exports a tenant, and returns the number of its rows. The file must not exist.
        long exportTenant(TenantFile file, String partnerId);

        /// Imports the tenant, all of it or nothing.
        Imported importTenant(TenantFile file);
    }

    /// A tenant's file, and the database on the other end.
    ///
    /// @param masterKeyFile the file with the master keys of the database
    /// @param keyFile the file with the transfer key; null if `keyText` is given
    /// @param keyText the transfer key itself; null if `keyFile` is given
    public record TenantFile(
            Path file,
            Config.Storage storage,
            Path masterKeyFile,
            @Nullable Path keyFile,
            @Nullable Secret keyText) {}

    /// The result of an import.
    ///
    /// @param rows the number of the tenant's rows
    public record Imported(String partnerId, long rows) {}

    /// Moves tenants between databases.
    public interface TenantMoves {
        /// Moves a tenant, or finishes a move that was interrupted.
        ///
        /// @param progress receives a line for the operator after each step
        MoveResult move(Move move, Consumer<String> progress);

        /// Moves a tenant to another cell, or finishes such a move, and leads its requests there.
        ///
        /// @param force whether to begin the move even if the cell is full or draining
        /// @param progress receives a line for the operator after each step
        MoveResult moveToCell(FirstCell first, String partnerId, String cell, boolean force, Consumer<String> progress);

        /// Aborts an interrupted move, so that the tenant can be written to again in the database that it was to leave.
        Aborted abort(Abort abort);

        /// Deletes the old copy of a tenant that has moved to another database.
        void forget(String partnerId, Config.Storage storage, Path masterKeyFile);

        /// Deletes the old copy of a tenant that has moved to another cell.
        void forgetInCell(FirstCell first, String partnerId, String cell);
    }

    /// A tenant, and the databases between which it is to be moved, with the files of their master keys.
    public record Move(
            String partnerId, Config.Storage from, Path masterKeyFile, Config.Storage to, Path toMasterKeyFile) {}

    /// A move to abort.
    ///
    /// @param from the database that the tenant was to leave, or that of the first cell
    /// @param to the database that it was to be moved to; null if unknown
    /// @param toCell the cell that it was to be moved to; null if unknown
    public record Abort(
            String partnerId,
            Config.Storage from,
            Path masterKeyFile,
            Config.@Nullable Storage to,
            @Nullable String toCell) {}

    /// The result of aborting a move.
    ///
    /// @param wasFrozen whether the tenant's writes were refused
    /// @param copies how many copies were deleted
    /// @param notes what the operator still has to know or do, one line each
    public record Aborted(boolean wasFrozen, int copies, List<String> notes) {
        public Aborted {
            notes = List.copyOf(notes);
        }
    }

    /// The result of a move.
    ///
    /// @param rows the number of the tenant's rows
    /// @param refused how long writes were refused; null if an earlier run had begun to refuse them
    public record MoveResult(long rows, @Nullable Duration refused) {}

    /// Changes the cells of an installation, in the first one's database.
    public interface Cells {
        /// Adds a database without tenants as a cell.
        void create(FirstCell first, String name, Secret url);

        /// All cells, ordered by name; empty if there is only the first.
        List<CellLine> list(FirstCell first);

        /// Stops giving a cell new tenants. It keeps the ones it has.
        void full(FirstCell first, String name);

        /// Stops giving a cell new tenants, because the ones it has are to be moved away.
        void drain(FirstCell first, String name);

        /// Lets a cell get new tenants again.
        void reopen(FirstCell first, String name);

        /// Changes the URL of a cell's database. The new URL must lead to the same database or to a copy of it. Returns
        /// what the operator still has to know, one line each.
        List<String> setUrl(FirstCell first, String name, Secret url);

        /// Migrates a cell to this version's schema.
        Migrated migrate(FirstCell first, String name);
    }

    /// The first cell.
    ///
    /// @param url its JDBC URL
    public record FirstCell(Secret url, Path masterKeyFile) {}

    /// A cell in a list.
    ///
    /// @param database its database, without a password
    public record CellLine(String name, String state, long tenants, String database) {}

    /// Verifies the chain of an exported journal.
    public interface VerifyFile {
        Verified verify(ExportToVerify export) throws IOException;
    }

    /// An exported journal to verify, with the data to compare it to.
    ///
    /// @param file the output of `muster journal export`
    /// @param checkpoints signed checkpoints in the server's format; null if none are given
    /// @param publicKeys the keys, one of which verifies the signature of each checkpoint; empty if and only if
    ///     `checkpoints` is null
    /// @param head the expected hash of the last entry, 64 hexadecimal digits; null if unknown
    public record ExportToVerify(
            Path file,
            @Nullable Path checkpoints,
            List<Path> publicKeys,
            @Nullable String head) {
        public ExportToVerify {
            publicKeys = List.copyOf(publicKeys);
        }
    }

    /// The result of a verification.
    ///
    /// @param entries the number of valid entries
    /// @param head the hash of the last valid entry
    /// @param firstBad the number of the first invalid entry; null if all are valid, or if no single entry is at
    ///     fault
    /// @param reason why the journal is invalid, as a sentence; null if it is valid
    /// @param checkpoints the number of compared checkpoints
    /// @param authenticUpTo the last entry that a checkpoint confirms; 0 if none does
    public record Verified(
            boolean valid,
            long entries,
            String head,
            @Nullable Long firstBad,
            @Nullable String reason,
            int checkpoints,
            long authenticUpTo) {}
}
