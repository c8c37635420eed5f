package dev.muster;

import dev.muster.api.smileid.CallbackResults;
import dev.muster.cells.ClosedCellException;
import dev.muster.cells.OpenCell;
import dev.muster.config.Config;
import dev.muster.config.Setting;
import dev.muster.directory.AllTenants;
import dev.muster.directory.Core;
import dev.muster.directory.Credentials;
import dev.muster.model.value.Digest;
import dev.muster.outgoing.AddressRules;
import dev.muster.outgoing.CallableUrls;
import dev.muster.outgoing.OutgoingHttp;
import dev.muster.sealing.CheckpointKey;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.MasterKeys;
import dev.muster.security.Authenticator;
import dev.muster.security.KeyGenerator;
import dev.muster.security.Passwords;
import dev.muster.security.SecurityLog;
import dev.muster.security.limit.AttemptLimit;
import dev.muster.security.limit.SignInThrottle;
import dev.muster.storage.Database;
import dev.muster.storage.files.PrivateFiles;
import dev.muster.storage.sql.StorageException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// Creates what each cell of a server has: a core on the cell's database, an authenticator and the dialects. Limits on
/// clients are the same objects for all cells, so a client cannot have a limit for each of them.
///
/// @param keyGenerator generates the keys of tenants
/// @param limit the failed attempts to authenticate, by address
/// @param throttle the failed sign-ins, by operator
/// @param watch observes the commits of all cells
record CellFactory(
        Config config,
        ServerKeys keys,
        InstantSource clock,
        SecureRandom random,
        KeyGenerator keyGenerator,
        Passwords passwords,
        AttemptLimit limit,
        SignInThrottle throttle,
        SecurityLog securityLog,
        Core.Watch watch) {
    /// The number of lanes, which are writer threads, on PostgreSQL. SQLite has one lane.
    private static final int POSTGRES_LANES = 2;

    /// Opens the core of the first cell.
    Core first(Database database) {
        int lanes = switch (config.storage()) {
            case Config.Storage.Sqlite _ -> 1;
            case Config.Storage.Postgres _ -> POSTGRES_LANES;
        };
        Optional<Path> file = switch (config.storage()) {
            case Config.Storage.Sqlite(var folder) -> Optional.of(folder.resolve("muster.db"));
            case Config.Storage.Postgres _ -> Optional.empty();
        };
        return core(database, lanes, config.checkpoints(), config.checkpointUrl(), file);
    }

    private Core core(
            Database database, int lanes, Path checkpoints, @Nullable URI witness, Optional<Path> databaseFile) {
        MasterKeys master = keys.master();
        CheckpointKey checkpoint = keys.checkpoint();
        Core.Paths paths = new Core.Paths(config.masterKeyFile(), checkpoints, config.backups(), databaseFile);
        return Core.open(
                database,
                new Core.Settings(lanes, master, checkpoint, witness, paths, clock, random, outgoing()),
                watch);
    }

    private Core.Outgoing outgoing() {
        AddressRules addresses = new AddressRules(config.webhookAllow(), Setting.WEBHOOK_ALLOW.option());
        return new Core.Outgoing(
                new CallableUrls(addresses, config.webhookHttp()),
                new OutgoingHttp(addresses, (SSLSocketFactory) SSLSocketFactory.getDefault()),
                true);
    }

    Authenticator authenticator(Core core) {
        Digest rootKey = keys.root();
        return new Authenticator(
                core.credentials(),
                core.tokenFamilies(),
                passwords,
                rootKey,
                limit,
                throttle,
                securityLog,
                clock,
                random);
    }

    /// @param allTenants the tenants of all cells, for root
    /// @param anyRealm the credentials of the first cell
    Dialects dialects(Core core, Authenticator authenticator, AllTenants allTenants, Credentials anyRealm) {
        return new Dialects(
                core,
                authenticator,
                keyGenerator,
                clock,
                config.publicUrl(),
                config.epixelBase(),
                new AddressRules(config.ssoNetworks(), Setting.SSO_NETWORKS.option()),
                allTenants,
                anyRealm);
    }

    /// Returns what opens the other cells.
    ///
    /// @param anyRealm the credentials of the first cell
    OpenCell.Opener opener(Credentials anyRealm) {
        return (name, url) -> {
            try {
                return open(name, url, anyRealm);
            } catch (StorageException | KeyUnavailableException e) {
                throw new ClosedCellException(String.valueOf(e.getMessage()), e);
            }
        };
    }

    private OpenCell open(String name, String url, Credentials anyRealm) {
        Database database = Database.existingPostgres(url);
        try {
            String found = database.read(reads -> reads.cells().here());
            if (!name.equals(found)) {
                throw new ClosedCellException(
                        "its URL is that of " + (found == null ? "a database that is not a cell" : "cell " + found));
            }
            Path checkpoints = checkpoints(name);
            PrivateFiles.createFolder(checkpoints);
            Core core = core(database, POSTGRES_LANES, checkpoints, witness(name), Optional.empty());
            Authenticator authenticator = authenticator(core);
            core.startCallbacks(new CallbackResults(authenticator));
            return new OpenCell(
                    core,
                    dialects(core, authenticator, AllTenants.of(core), anyRealm).httpApis(),
                    () -> isAlive(database, name),
                    () -> {
                        core.close();
                        database.close();
                    });
        } catch (StorageException | KeyUnavailableException | ClosedCellException e) {
            database.close();
            throw e;
        } catch (IOException e) {
            database.close();
            throw new ClosedCellException("the folder for its checkpoints cannot be created: " + e.getMessage(), e);
        }
    }

    private static boolean isAlive(Database database, String name) {
        try {
            return name.equals(
                    database.<@Nullable String>read(reads -> reads.cells().here()));
        } catch (StorageException e) {
            return false;
        }
    }

    /// The folder for a cell's checkpoints. Each cell has a system realm, so they must not share one.
    private Path checkpoints(String cell) {
        return config.checkpoints().resolveSibling("cells").resolve(cell).resolve("checkpoints");
    }

    /// The URL to which a cell's checkpoints are posted, which names the cell; null if there is no witness.
    private @Nullable URI witness(String cell) {
        URI url = config.checkpointUrl();
        return url == null ? null : URI.create(url + (url.getRawQuery() == null ? "?" : "&") + "cell=" + cell);
    }
}
