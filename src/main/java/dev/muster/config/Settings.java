package dev.muster.config;

import dev.muster.config.Config.Storage;
import dev.muster.config.Config.Tls;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the command line and the environment say of a server, and how that becomes a [Config]. An option takes
/// precedence over its variable, and an empty variable counts as none.
public final class Settings {
    private static final int ROOT_KEY_CHARACTERS = 32;

    private static final Setting PORT =
            Setting.of("--port", "PORT", "Port of the API; 0 is any free one.").withDefault("8080");
    private static final Setting HOST = Setting.of(
                    "--host", "HOST", "Address to listen on; 0.0.0.0 is every address of this machine.")
            .withDefault("127.0.0.1");
    private static final Setting DATA = Setting.of(
                    "--data",
                    "DIR",
                    "Folder of the embedded database, keys, checkpoints and backups; made when it is missing.")
            .withDefault("data");
    private static final Setting DATABASE = Setting.of(
                    "--database",
                    "URL",
                    "PostgreSQL instead of the embedded database: postgres://USER:PASSWORD@HOST/NAME, or"
                            + " jdbc:postgresql://…")
            .withNote(" or DATABASE_URL, which keep a password from being visible to others")
            .asSecret();
    private static final Setting POSTGRES_READERS = Setting.of(
                    "--postgres-readers",
                    "URL",
                    "The same database by way of a pooler, such as pgbouncer, for what only reads. Never a standby.")
            .withNote("; default: as --database")
            .asSecret();
    private static final Setting MASTER_KEY_FILE = Setting.of(
                    "--master-key-file",
                    "FILE",
                    "File of the master keys, which must be its owner's alone. Needed with --database.")
            .withNote("; default: master.key in the data folder, made when it is missing");
    private static final Setting PUBLIC_URL = Setting.of(
            "--public-url", "URL", "Address under which clients reach this server; links in replies begin with it.");
    private static final Setting CHECKPOINT_URL = Setting.of(
            "--checkpoint-url", "URL", "A witness elsewhere to which each signed checkpoint is posted, over https.");
    private static final Setting EPIXEL_BASE = Setting.of(
                    "--epixel-base",
                    "PATH",
                    "API prefix and version that clients of the epixel dialect have in their addresses.")
            .withDefault("/api/v1");
    private static final Setting TRUSTED_PROXIES = Setting.of(
                    "--trusted-proxies",
                    "CIDR",
                    "Proxies whose X-Forwarded-For is believed: addresses or blocks, with commas between them.")
            .withNote("; default: none");
    private static final Setting ADMIN_PORT =
            Setting.of("--admin-port", "PORT", "Port of /metrics; 0 for none.").withDefault("8081");
    private static final Setting ADMIN_HOST =
            Setting.of("--admin-host", "HOST", "Address of the admin port.").withDefault("127.0.0.1");
    private static final Setting TLS_CERT =
            Setting.of("--tls-cert", "FILE", "Certificate chain in PEM, for HTTPS without a proxy.");
    private static final Setting TLS_KEY =
            Setting.of("--tls-key", "FILE", "The certificate's private key in PEM (PKCS #8).");
    private static final Setting DISK_FLOOR = Setting.of(
                    "--disk-floor",
                    "MB",
                    "No evidence is taken while less than so many megabytes of the embedded database's disk are free.")
            .withDefault("500");
    private static final Setting DEMO =
            Setting.flag("--demo", "Serve a tenant with some users from a throw-away data folder, and print its keys.");
    private static final Setting BENCH = Setting.flag("--bench", "Answer GET /bench/ping too, for measurements.");

    /// A variable only: every user of the machine can see arguments.
    private static final Setting ROOT_KEY = Setting.of("--root-key", "KEY", "").asSecret();

    /// The options that say where the register is kept.
    public static final List<Setting> OF_STORAGE = List.of(DATA, DATABASE);

    /// All options of a server, in the order of its help.
    public static final List<Setting> OF_SERVER = List.of(
            PORT,
            HOST,
            DATA,
            DATABASE,
            POSTGRES_READERS,
            MASTER_KEY_FILE,
            PUBLIC_URL,
            CHECKPOINT_URL,
            EPIXEL_BASE,
            TRUSTED_PROXIES,
            ADMIN_PORT,
            ADMIN_HOST,
            TLS_CERT,
            TLS_KEY,
            DISK_FLOOR,
            DEMO,
            BENCH);

    private final Map<String, String> options;
    private final Map<String, String> environment;

    /// @param options the values on the command line by the option's name; `true` for a switch
    public Settings(Map<String, String> options, Map<String, String> environment) {
        this.options = options;
        this.environment = environment;
    }

    /// The names of all environment variables that set something here and begin with `MUSTER_`.
    public static Stream<String> variables() {
        return Stream.concat(OF_SERVER.stream(), Stream.of(ROOT_KEY))
                .flatMap(setting -> setting.isSecret()
                        ? Stream.of(setting.variable(), setting.fileVariable())
                        : Stream.of(setting.variable()));
    }

    /// Whether to run a demonstration, whose data folder is thrown away at its end.
    ///
    /// @throws Misconfigured if data of its own is named too, which it would write into or leave behind
    public boolean isDemo() {
        SettingValue demo = find(DEMO);
        if (demo == null || !demo.on()) {
            return false;
        }
        for (Setting other : List.of(DATA, DATABASE, MASTER_KEY_FILE)) {
            SettingValue given = find(other);
            if (given != null) {
                throw demo.wrong("and " + given.name() + " exclude each other: a demonstration has a throw-away data"
                        + " folder");
            }
        }
        return true;
    }

    /// The data folder. It need not exist.
    public Path data() {
        return get(DATA).path();
    }

    /// Where the register is kept. Nothing is opened.
    ///
    /// @throws Misconfigured if the value is not a PostgreSQL URL
    public Storage storage() {
        SettingValue address = database();
        return address == null ? new Storage.Sqlite(data()) : new Storage.Postgres(address.postgres(), null);
    }

    /// Checks everything that can be checked without touching the database.
    ///
    /// @param data the folder to use: [#data], or a throw-away one for a demonstration
    /// @throws Misconfigured at the first thing that is wrong
    public Config read(Path data) {
        boolean demo = isDemo();
        // A demonstration takes no database from the environment's DATABASE_URL.
        Storage storage = demo ? new Storage.Sqlite(data) : withReaders(storage());
        Secret rootKey = find(ROOT_KEY, Settings::rootKey);
        Path masterKeyFile = find(MASTER_KEY_FILE, SettingValue::file);
        if (storage instanceof Storage.Postgres) {
            refuseWithoutKeys(rootKey, masterKeyFile);
        }
        List<String> proxies = find(TRUSTED_PROXIES, SettingValue::blocks);
        SettingValue bench = find(BENCH);
        Config config = new Config(
                get(HOST).host(),
                get(PORT).port(),
                data,
                storage,
                rootKey,
                masterKeyFile == null ? data.resolve("master.key") : masterKeyFile,
                masterKeyFile != null,
                find(PUBLIC_URL, SettingValue::publicUrl),
                find(CHECKPOINT_URL, SettingValue::witness),
                get(EPIXEL_BASE).base(),
                proxies == null ? List.of() : proxies,
                get(ADMIN_HOST).host(),
                get(ADMIN_PORT).port(),
                tls(),
                get(DISK_FLOOR).megabytes(),
                demo,
                bench != null && bench.on(),
                ServerLimits.DEFAULT);
        if (config.port() != 0 && config.port() == config.adminPort()) {
            throw new Misconfigured(
                    "--port and --admin-port are both " + config.port() + "; give one of them another port");
        }
        return config;
    }

    /// `DATABASE_URL` is often set for other programs, so it counts only if it names PostgreSQL.
    private @Nullable SettingValue database() {
        SettingValue own = find(DATABASE);
        String general = environment.getOrDefault("DATABASE_URL", "").strip();
        return own == null && general.startsWith("postgres") ? new SettingValue("DATABASE_URL", general) : own;
    }

    private Storage withReaders(Storage storage) {
        SettingValue readers = find(POSTGRES_READERS);
        if (readers == null) {
            return storage;
        }
        Secret address = readers.postgres();
        return switch (storage) {
            case Storage.Postgres(var url, var _) -> new Storage.Postgres(url, address);
            case Storage.Sqlite _ -> throw readers.wrong("is of no use without --database");
        };
    }

    private static Secret rootKey(SettingValue key) {
        String text = key.text();
        if (text.codePointCount(0, text.length()) < ROOT_KEY_CHARACTERS) {
            throw key.wrong("must have at least " + ROOT_KEY_CHARACTERS + " characters");
        }
        if (!text.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw key.wrong("must be of printable ASCII without spaces, since it travels in a header");
        }
        return new Secret(text);
    }

    /// Several servers may share the database, so a key that one of them made would be of no use to the others.
    private static void refuseWithoutKeys(@Nullable Secret rootKey, @Nullable Path masterKeyFile) {
        if (rootKey == null) {
            throw new Misconfigured("MUSTER_ROOT_KEY must be given with PostgreSQL: at least " + ROOT_KEY_CHARACTERS
                    + " characters, such as openssl rand -hex 32 prints");
        }
        if (masterKeyFile == null) {
            throw new Misconfigured(MASTER_KEY_FILE.option() + " must be given with PostgreSQL");
        }
    }

    private @Nullable Tls tls() {
        SettingValue certificate = find(TLS_CERT);
        SettingValue key = find(TLS_KEY);
        if (certificate != null && key != null) {
            return new Tls(certificate.file(), key.secretFile());
        }
        if (certificate != null || key != null) {
            throw new Misconfigured((key == null ? TLS_KEY : TLS_CERT).option()
                    + " is missing: certificate and key are given together or not at all");
        }
        return null;
    }

    private <T> @Nullable T find(Setting setting, Function<SettingValue, T> read) {
        SettingValue value = find(setting);
        return value == null ? null : read.apply(value);
    }

    /// The value of a setting that has a default.
    private SettingValue get(Setting setting) {
        SettingValue value = find(setting);
        return value == null ? new SettingValue(setting.option(), String.valueOf(setting.standard())) : value;
    }

    /// Null if it is not given.
    private @Nullable SettingValue find(Setting setting) {
        String option = options.get(setting.option());
        SettingValue value = option == null ? variable(setting.variable()) : new SettingValue(setting.option(), option);
        SettingValue file = setting.isSecret() ? variable(setting.fileVariable()) : null;
        if (file == null) {
            return value;
        }
        if (value != null) {
            throw value.wrong("and " + file.name() + " exclude each other");
        }
        return new SettingValue(file.name(), file.firstLine());
    }

    private @Nullable SettingValue variable(String name) {
        String text = environment.getOrDefault(name, "").strip();
        return text.isEmpty() ? null : new SettingValue(name, text);
    }
}
