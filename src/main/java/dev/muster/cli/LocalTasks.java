package dev.muster.cli;

import dev.muster.config.Config;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What commands do in this process instead of asking a server: handed in by the composition root. Each may throw a
/// `CommandException` with one line for the person who gave the command.
public record LocalTasks(Serve serve, Migrate migrate, VerifyFile verifyFile) {

    /// Serves until the process is told to stop, and returns the exit code.
    public interface Serve {
        int serve(Config config) throws Exception;
    }

    /// Brings a database to this version's schema.
    public interface Migrate {
        Migrated migrate(Config.Storage storage) throws Exception;
    }

    /// What a migration did.
    ///
    /// @param from the schema's version before; 0 for an empty database
    /// @param to the version now; the same as `from` when there was nothing to do
    public record Migrated(int from, int to) {}

    /// Verifies the chain of an exported journal.
    public interface VerifyFile {
        Verified verify(Export export) throws IOException;
    }

    /// What to verify, and what to compare it with.
    ///
    /// @param file what `muster journal export` wrote
    /// @param checkpoints signed checkpoints, as the server writes them; null for none
    /// @param publicKey the key that verifies their signatures; given with `checkpoints` and only with them
    /// @param head the hash of the journal's last entry, kept elsewhere, 64 hexadecimal digits; null for none
    public record Export(
            Path file,
            @Nullable Path checkpoints,
            @Nullable Path publicKey,
            @Nullable String head) {}

    /// The result of a verification.
    ///
    /// @param entries how many fit
    /// @param head the hash of the last entry that fits
    /// @param firstBad the number of the first entry that does not fit; null if all do, or if no single one is at
    ///     fault
    /// @param reason why the journal is not valid, a sentence; null if it is
    /// @param checkpoints how many checkpoints were compared
    /// @param authenticUpTo the last entry that a checkpoint confirms; 0 for none
    public record Verified(
            boolean valid,
            long entries,
            String head,
            @Nullable Long firstBad,
            @Nullable String reason,
            int checkpoints,
            long authenticUpTo) {}
}
