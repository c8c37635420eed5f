package dev.muster;

import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.config.Config;
import dev.muster.config.Secret;
import dev.muster.model.value.Digest;
import dev.muster.sealing.CheckpointKey;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.MasterKeys;
import dev.muster.sealing.SecretFile;
import dev.muster.security.SecurityLog;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// All keys that a server needs. Those that are not configured are read from the data folder, and created there if they
/// are missing.
///
/// @param root the SHA-256 hash of the root key
/// @param securityLog the key with which names are hashed in the security log
// An array is safe here, because the record is neither compared nor printed.
@SuppressWarnings("ArrayRecordComponent")
record ServerKeys(MasterKeys master, Digest root, CheckpointKey checkpoint, byte[] securityLog) {
    private static final int MIN_ROOT_KEY = 32;

    /// Loads the keys.
    ///
    /// @param random a cryptographically secure source
    /// @param out where the root key's file is announced
    /// @throws KeyUnavailableException if a key file cannot be used
    static ServerKeys load(Config config, RandomGenerator random, PrintStream out) {
        Loader loader = new Loader(config, random, out);
        MasterKeys master = loader.masterKeys();
        CheckpointKey checkpoint = loader.checkpointKey();
        byte[] securityLog = loader.securityLogKey();
        return new ServerKeys(master, loader.rootKey(), checkpoint, securityLog);
    }

    private record Loader(Config config, RandomGenerator random, PrintStream out) {
        private MasterKeys masterKeys() {
            Path file = config.masterKeyFile();
            if (config.storage() instanceof Config.Storage.Sqlite(var folder)
                    && !Files.exists(file)
                    && Files.exists(folder.resolve("muster.db"))) {
                throw new CommandException(
                        Exit.USAGE,
                        file + " is missing, and " + folder.resolve("muster.db") + " cannot be opened without it");
            }
            try {
                return config.masterKeyGiven() || Files.exists(file)
                        ? MasterKeys.load(file)
                        : MasterKeys.createFile(file, random);
            } catch (KeyUnavailableException e) {
                throw Serve.unusable(e);
            }
        }

        private CheckpointKey checkpointKey() {
            Path given = config.checkpointKeyFile();
            return given != null
                    ? CheckpointKey.load(given)
                    : CheckpointKey.loadOrCreate(config.data().resolve("checkpoint.key"), random);
        }

        /// Returns the SHA-256 hash of the root key, which is configured or stored in the data folder.
        private Digest rootKey() {
            Secret given = config.rootKey();
            if (given != null) {
                return Digest.sha256(given.text());
            }
            Path file = config.rootKeyFile();
            String text = secret(file, "mroot_");
            if (text.length() < MIN_ROOT_KEY) {
                // A crash or an editor may have truncated the file, and a short root key could be guessed.
                throw new CommandException(
                        Exit.USAGE, file + " holds no root key: delete it, and the next start creates one");
            }
            out.println("The root key is in " + file.toAbsolutePath());
            return Digest.sha256(text);
        }

        /// Reads a secret file. If it is missing, creates it with `prefix` and 32 random bytes in hexadecimal.
        private String secret(Path file, String prefix) {
            if (!Files.exists(file)) {
                byte[] fresh = new byte[32];
                random.nextBytes(fresh);
                SecretFile.create(file, prefix + HexFormat.of().formatHex(fresh) + "\n");
            }
            return SecretFile.read(file).strip();
        }

        /// Returns the key with which names are hashed in the security log.
        private byte[] securityLogKey() {
            Path file = config.securityLogKeyFile();
            try {
                return HexFormat.of().parseHex(secret(file, ""), 0, 2 * SecurityLog.KEY_BYTES);
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new CommandException(
                        Exit.USAGE, file + " holds no key: delete it, and the next start creates one", e);
            }
        }
    }
}
