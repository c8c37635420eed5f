package dev.muster.cli;

import dev.muster.config.Config;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What commands do that needs more than a server to ask: handed in by the composition root. Each may throw a
/// [CommandException] with the one line that its user is to read.
public record Functions(Serve serve, Migrate migrate, VerifyFile verifyFile) {

    /// Serves until the process is told to stop, and gives the exit code.
    @FunctionalInterface
    public interface Serve {
        int serve(Config config) throws Exception;
    }

    /// Brings a database to this version's schema.
    @FunctionalInterface
    public interface Migrate {
        Migrated migrate(Config.Storage storage) throws Exception;
    }

    /// What a migration did.
    ///
    /// @param from the schema's version before; 0 for an empty database
    /// @param to the version now; the same as `from` when there was nothing to do
    public record Migrated(int from, int to) {}

    /// Walks the chain of an exported journal, without a server.
    @FunctionalInterface
    public interface VerifyFile {
        Verified verify(Export export) throws IOException;
    }

    /// What is to be verified, and against what.
    ///
    /// @param file what `muster journal export` wrote
    /// @param checkpoints signed checkpoints, as the server writes them; null for none
    /// @param publicKey the key that verifies their signatures; given with `checkpoints` and only with them
    /// @param head a hash of the journal's end that was kept elsewhere, 64 hexadecimal digits; null for none
    public record Export(
            Path file,
            @Nullable Path checkpoints,
            @Nullable Path publicKey,
            @Nullable String head) {}

    /// What walking the chain gave.
    ///
    /// @param entries how many fit
    /// @param head the hash of the last entry that fits
    /// @param firstBad the number of the first entry that does not fit; null when all do, or when none is to blame
    /// @param reason why the journal is not valid, a sentence; null when it is
    /// @param checkpoints how many checkpoints were compared
    /// @param authenticUpTo the last entry that a checkpoint vouches for; 0 when none does
    public record Verified(
            boolean valid,
            long entries,
            String head,
            @Nullable Long firstBad,
            @Nullable String reason,
            int checkpoints,
            long authenticUpTo) {}
}
