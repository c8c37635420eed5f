package dev.muster;

import dev.muster.cli.LocalTasks;
import dev.muster.cli.LocalTasks.Imported;
import dev.muster.cli.LocalTasks.TenantFile;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.config.Config;
import dev.muster.directory.transfer.TenantExport;
import dev.muster.directory.transfer.TenantImport;
import dev.muster.directory.transfer.TransferException;
import dev.muster.directory.transfer.Transferred;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.TamperedException;
import dev.muster.sealing.TransferKey;
import dev.muster.storage.files.PrivateFiles;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.transfer.TenantSource;
import dev.muster.storage.transfer.TenantTarget;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// Exports tenants to files and imports them, for the commands `muster tenant export` and `muster tenant import`.
final class TenantFiles implements LocalTasks.TenantFiles {
    private final SecureRandom random = new SecureRandom();

    /// An export or import.
    private interface Work<T> {
        T run() throws IOException;
    }

    /// Runs the work, and turns its failures into one line for the operator.
    private static <T> T reporting(Path file, Work<T> work) {
        // The drivers' own messages would be mixed with those of the command.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        try {
            return work.run();
        } catch (KeyUnavailableException | StorageException e) {
            throw Serve.unusable(e);
        } catch (TransferException | TamperedException e) {
            throw new CommandException(Exit.REFUSED, Objects.requireNonNullElse(e.getMessage(), e.toString()), e);
        } catch (IOException e) {
            throw new CommandException(
                    Exit.USAGE,
                    file + " cannot be read or written: " + e.getClass().getSimpleName() + ": " + e.getMessage(),
                    e);
        }
    }

    @Override
    public long exportTenant(TenantFile file, String partnerId) {
        return reporting(file.file(), () -> {
            if (Files.exists(file.file())) {
                throw new CommandException(Exit.REFUSED, file.file() + " exists already and is not overwritten");
            }
            TenantExport export =
                    new TenantExport(MasterKeys.load(file.masterKeyFile()), key(file), Version.text(), random);
            // The name is taken only by a complete file.
            Path part = file.file().resolveSibling(file.file().getFileName() + ".part");
            try (TenantSource source = source(file.storage())) {
                Transferred done = write(part, export, source, partnerId);
                Files.move(part, file.file());
                return done.rows();
            } finally {
                Files.deleteIfExists(part);
            }
        });
    }

    private static Transferred write(Path part, TenantExport export, TenantSource source, String partnerId)
            throws IOException {
        try (FileChannel channel = PrivateFiles.open(
                        part,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
            Transferred done = export.export(source, partnerId, Instant.now(), out);
            out.flush();
            channel.force(true);
            return done;
        }
    }

    @Override
    public Imported importTenant(TenantFile file) {
        return reporting(file.file(), () -> {
            TransferKey key = key(file);
            TenantImport importing =
                    new TenantImport(() -> masterKeys(file.storage(), file.masterKeyFile(), random), key, random);
            Transferred done =
                    importing.importFrom(() -> Files.newInputStream(file.file()), () -> target(file.storage()));
            return new Imported(done.partnerId(), done.rows());
        });
    }

    private static TransferKey key(TenantFile file) {
        return file.keyFile() != null
                ? TransferKey.load(file.keyFile())
                : TransferKey.parse(Objects.requireNonNull(file.keyText()).text(), "MUSTER_TRANSFER_KEY");
    }

    /// Loads the master keys. For an embedded database that does not exist yet, creates one, as its server would.
    static MasterKeys masterKeys(Config.Storage storage, Path file, RandomGenerator random) {
        boolean isNew = storage instanceof Config.Storage.Sqlite(var folder)
                && !Files.exists(folder.resolve("muster.db"))
                && !Files.exists(file);
        return isNew ? MasterKeys.createFile(file, random) : MasterKeys.load(file);
    }

    static TenantSource source(Config.Storage storage) {
        return switch (storage) {
            case Config.Storage.Sqlite(var folder) -> TenantSource.sqlite(folder);
            case Config.Storage.Postgres(var url, var _) -> TenantSource.postgres(url.text());
        };
    }

    static TenantTarget target(Config.Storage storage) {
        return switch (storage) {
            case Config.Storage.Sqlite(var folder) -> TenantTarget.sqlite(folder);
            case Config.Storage.Postgres(var url, var _) -> TenantTarget.postgres(url.text());
        };
    }
}
