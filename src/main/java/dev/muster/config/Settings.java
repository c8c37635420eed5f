package dev.muster.config;

import dev.muster.config.Config.Storage;
import dev.muster.config.Config.Tls;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options of `serve` as texts, and how they and the environment become a [Config]. An option goes before its
/// variable.
public final class Settings {
    private static final int ROOT_KEY_CHARACTERS = 32;
    private static final int PORT = 8080;
    private static final int ADMIN_PORT = 8081;
    private static final int DISK_FLOOR = 500;
    private static final String LOOPBACK = "127.0.0.1";
    private static final String EPIXEL_BASE = "/api/v1";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = {"Port of the API; 0 is any free one.", "MUSTER_PORT; default: 8080"})
    @Nullable
    String port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = {
                "Address to listen on; 0.0.0.0 is every address of this machine.",
                "MUSTER_HOST; default: 127.0.0.1"
            })
    @Nullable
    String host;

    @Mixin
    StorageSettings storage = new StorageSettings();

    @Option(
            names = "--postgres-readers",
            paramLabel = "URL",
            description = {
                "The same database by way of a pooler, such as pgbouncer, for what only reads. Never a standby.",
                "MUSTER_POSTGRES_READERS; default: as --database"
            })
    @Nullable
    String postgresReaders;

    @Option(
            names = "--master-key-file",
            paramLabel = "FILE",
            description = {
                "File of the master keys, which must be its owner's alone. Needed with --database.",
                "MUSTER_MASTER_KEY_FILE; default: master.key in the data folder, made when it is missing"
            })
    @Nullable
    String masterKeyFile;

    @Option(
            names = "--public-url",
            paramLabel = "URL",
            description = {
                "Address under which clients reach this server; links in replies begin with it.",
                "MUSTER_PUBLIC_URL"
            })
    @Nullable
    String publicUrl;

    @Option(
            names = "--checkpoint-url",
            paramLabel = "URL",
            description = {
                "A witness elsewhere to which each signed checkpoint is posted, over https.",
                "MUSTER_CHECKPOINT_URL"
            })
    @Nullable
    String checkpointUrl;

    @Option(
            names = "--epixel-base",
            paramLabel = "PATH",
            description = {
                "API prefix and version that clients of the epixel dialect have in their addresses.",
                "MUSTER_EPIXEL_BASE; default: /api/v1"
            })
    @Nullable
    String epixelBase;

    @Option(
            names = "--trusted-proxies",
            paramLabel = "CIDR",
            description = {
                "Proxies whose X-Forwarded-For is believed: addresses or blocks, with commas between them.",
                "MUSTER_TRUSTED_PROXIES; default: none"
            })
    @Nullable
    String trustedProxies;

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            description = {"Port of /metrics; 0 for none.", "MUSTER_ADMIN_PORT; default: 8081"})
    @Nullable
    String adminPort;

    @Option(
            names = "--admin-host",
            paramLabel = "HOST",
            description = {"Address of the admin port.", "MUSTER_ADMIN_HOST; default: 127.0.0.1"})
    @Nullable
    String adminHost;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = {"Certificate chain in PEM, for HTTPS without a proxy.", "MUSTER_TLS_CERT"})
    @Nullable
    String tlsCert;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description = {"The certificate's private key in PEM (PKCS #8).", "MUSTER_TLS_KEY"})
    @Nullable
    String tlsKey;

    @Option(
            names = "--disk-floor",
            paramLabel = "MB",
            description = {
                "No evidence is taken while less than so many megabytes of the embedded database's disk are free.",
                "MUSTER_DISK_FLOOR; default: 500"
            })
    @Nullable
    String diskFloor;

    @Option(
            names = "--demo",
            description = {
                "Serve a tenant with some users from a throw-away data folder, and print its keys.",
                "MUSTER_DEMO"
            })
    boolean demo;

    @Option(
            names = "--bench",
            description = {"Answer GET /bench/ping too, for measurements.", "MUSTER_BENCH"})
    boolean bench;

    /// Checks everything that can be checked without touching the database.
    ///
    /// @throws Misconfigured at the first thing that is wrong
    public Config read(Map<String, String> environment) {
        boolean throwAway = Given.ofSwitch("--demo", demo, environment).on();
        if (throwAway) {
            refuseBesideDemo(environment);
        }
        Path data = storage.data(environment);
        // A demonstration takes no database from the environment's DATABASE_URL.
        Storage register =
                throwAway ? new Storage.Sqlite(data) : withReaders(storage.storage(environment), environment);
        Secret rootKey = rootKey(environment);
        Given masterKey = Given.of("--master-key-file", masterKeyFile, environment);
        if (register instanceof Storage.Postgres) {
            refuseWithoutKeys(rootKey, masterKey);
        }
        Path named = masterKey.file();
        Config config = new Config(
                Given.of("--host", host, environment).host(LOOPBACK),
                Given.of("--port", port, environment).port(PORT),
                data,
                register,
                rootKey,
                named == null ? Config.masterKeyIn(data) : named,
                named != null,
                Given.of("--public-url", publicUrl, environment).publicUrl(),
                Given.of("--checkpoint-url", checkpointUrl, environment).witness(),
                Given.of("--epixel-base", epixelBase, environment).base(EPIXEL_BASE),
                Given.of("--trusted-proxies", trustedProxies, environment).blocks(),
                Given.of("--admin-host", adminHost, environment).host(LOOPBACK),
                Given.of("--admin-port", adminPort, environment).port(ADMIN_PORT),
                tls(environment),
                Given.of("--disk-floor", diskFloor, environment).megabytes(DISK_FLOOR),
                throwAway,
                Given.ofSwitch("--bench", bench, environment).on(),
                Limits.DEFAULT);
        if (config.port() != 0 && config.port() == config.adminPort()) {
            throw new Misconfigured(
                    "--port and --admin-port are both " + config.port() + "; give one of them another port");
        }
        return config;
    }

    private Storage withReaders(Storage register, Map<String, String> environment) {
        Given given = Given.ofSecret("--postgres-readers", postgresReaders, environment);
        Secret readers = given.postgres();
        if (readers == null) {
            return register;
        }
        return switch (register) {
            case Storage.Postgres(var url, var _) -> new Storage.Postgres(url, readers);
            case Storage.Sqlite _ -> throw given.wrong("is of no use without --database");
        };
    }

    /// A demonstration that wrote into real data, or that left its own behind, would be neither.
    private void refuseBesideDemo(Map<String, String> environment) {
        Given demonstration = Given.ofSwitch("--demo", demo, environment);
        Given[] excluded = {
            Given.of("--data", storage.data, environment),
            Given.ofSecret("--database", storage.database, environment),
            Given.of("--master-key-file", masterKeyFile, environment)
        };
        for (Given other : excluded) {
            if (other.isGiven()) {
                throw new Misconfigured(demonstration.name() + " and " + other.name()
                        + " exclude each other: a demonstration has a throw-away data folder");
            }
        }
    }

    private static @Nullable Secret rootKey(Map<String, String> environment) {
        // No option: arguments are visible to every user of the machine.
        Given key = Given.ofSecret("--root-key", null, environment);
        String text = key.value();
        if (text == null) {
            return null;
        }
        if (text.codePointCount(0, text.length()) < ROOT_KEY_CHARACTERS) {
            throw key.wrong("must have at least " + ROOT_KEY_CHARACTERS + " characters");
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
                throw key.wrong("must be of printable ASCII without spaces, since it travels in a header");
            }
        }
        return new Secret(text);
    }

    /// Several servers may share the database, so what one of them made for itself would be of no use to the others.
    private static void refuseWithoutKeys(@Nullable Secret rootKey, Given masterKey) {
        if (rootKey == null) {
            throw new Misconfigured("MUSTER_ROOT_KEY must be given with PostgreSQL: at least " + ROOT_KEY_CHARACTERS
                    + " characters, such as openssl rand -hex 32 prints");
        }
        if (!masterKey.isGiven()) {
            throw masterKey.wrong("must be given with PostgreSQL");
        }
    }

    private @Nullable Tls tls(Map<String, String> environment) {
        Given certificate = Given.of("--tls-cert", tlsCert, environment);
        Given key = Given.of("--tls-key", tlsKey, environment);
        if (certificate.isGiven() != key.isGiven()) {
            throw (certificate.isGiven() ? key : certificate)
                    .wrong("is missing: certificate and key are given together or not at all");
        }
        Path certificateFile = certificate.file();
        Path keyFile = key.secretFile();
        return certificateFile == null || keyFile == null ? null : new Tls(certificateFile, keyFile);
    }
}
