package dev.muster.config;

import dev.muster.config.Config.Storage;
import dev.muster.config.Config.Tls;
import dev.muster.network.AddressBlock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Creates a [Config] from a server's options and environment variables. An option takes precedence over its variable.
/// An empty variable counts as absent.
public final class Settings {
    private static final int ROOT_KEY_CHARACTERS = 32;

    /// Longer than load balancers take to notice, as they are usually configured.
    private static final Duration STOP_DELAY = Duration.ofSeconds(5);

    private final Map<Setting, String> options;
    private final Map<String, String> environment;

    /// @param options the values given on the command line; `true` for a switch
    public Settings(Map<Setting, String> options, Map<String, String> environment) {
        this.options = options;
        this.environment = environment;
    }

    /// Whether to run a demonstration, whose data folder is deleted at its end.
    ///
    /// @throws ConfigurationException if a data folder, database or master key file is also given
    public boolean isDemo() {
        SettingValue demo = find(Setting.DEMO);
        if (demo == null || !demo.on()) {
            return false;
        }
        for (Setting other : List.of(Setting.DATA, Setting.DATABASE, Setting.MASTER_KEY_FILE)) {
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
        return get(Setting.DATA).path();
    }

    /// The file of the master keys. It need not exist.
    public Path masterKeyFile() {
        SettingValue file = find(Setting.MASTER_KEY_FILE);
        return file == null ? data().resolve("master.key") : file.path();
    }

    /// Returns where the register is stored, without opening it.
    ///
    /// @throws ConfigurationException if the value is not a PostgreSQL URL
    public Storage storage() {
        SettingValue address = database();
        return address == null ? new Storage.Sqlite(data()) : new Storage.Postgres(address.postgres(), null);
    }

    /// Returns the JDBC URL of a PostgreSQL database.
    ///
    /// @param name the option or variable with this value, for messages
    /// @throws ConfigurationException if the value is not a PostgreSQL URL
    public static Secret postgres(String name, String text) {
        return new SettingValue(name, text).postgres();
    }

    /// Reads all settings and validates what can be checked without the database.
    ///
    /// @param data the folder to use: [#data], or a throw-away one for a demonstration
    /// @throws ConfigurationException if a setting is invalid; the message reports only the first error
    public Config read(Path data) {
        boolean demo = isDemo();
        // A demonstration ignores the environment's DATABASE_URL.
        Storage storage = demo ? new Storage.Sqlite(data) : withReaders(storage());
        Secret standby = demo ? null : find(Setting.POSTGRES_STANDBY, value -> standby(value, storage));
        Secret rootKey = find(Setting.ROOT_KEY, Settings::rootKey);
        Path masterKeyFile = find(Setting.MASTER_KEY_FILE, SettingValue::file);
        if (storage instanceof Storage.Postgres) {
            refuseWithoutKeys(rootKey, masterKeyFile);
        }
        List<AddressBlock> proxies = find(Setting.TRUSTED_PROXIES, SettingValue::blocks);
        List<AddressBlock> ssoNetworks = find(Setting.SSO_NETWORKS, SettingValue::blocks);
        List<AddressBlock> webhookAllow = find(Setting.WEBHOOK_ALLOW, SettingValue::blocks);
        SettingValue webhookHttp = find(Setting.WEBHOOK_HTTP);
        SettingValue bench = find(Setting.BENCH);
        Config config = new Config(
                get(Setting.HOST).host(),
                get(Setting.PORT).port(),
                data,
                storage,
                standby,
                rootKey,
                masterKeyFile == null ? data.resolve("master.key") : masterKeyFile,
                masterKeyFile != null,
                find(Setting.CHECKPOINT_KEY_FILE, SettingValue::file),
                find(Setting.PUBLIC_URL, SettingValue::publicUrl),
                find(Setting.CHECKPOINT_URL, SettingValue::witness),
                get(Setting.EPIXEL_BASE).base(),
                proxies == null ? List.of() : proxies,
                ssoNetworks == null ? List.of() : ssoNetworks,
                webhookAllow == null ? List.of() : webhookAllow,
                webhookHttp != null && webhookHttp.on(),
                get(Setting.ADMIN_HOST).host(),
                get(Setting.ADMIN_PORT).port(),
                tls(),
                get(Setting.DISK_FLOOR).megabytes(),
                stopDelay(),
                demo,
                bench != null && bench.on());
        if (config.port() != 0 && config.port() == config.adminPort()) {
            throw new ConfigurationException(
                    "--port and --admin-port are both " + config.port() + "; give one of them another port");
        }
        return config;
    }

    /// Returns the value of the database's URL; null if there is none. `DATABASE_URL` is often set for other
    /// programs, so it is used only if it names PostgreSQL.
    private @Nullable SettingValue database() {
        SettingValue own = find(Setting.DATABASE);
        String general = environment.getOrDefault("DATABASE_URL", "").strip();
        return own == null && general.startsWith("postgres") ? new SettingValue("DATABASE_URL", general) : own;
    }

    private Storage withReaders(Storage storage) {
        SettingValue readers = find(Setting.POSTGRES_READERS);
        if (readers == null) {
            return storage;
        }
        Secret address = readers.postgres();
        return switch (storage) {
            case Storage.Postgres(var url, var _) -> new Storage.Postgres(url, address);
            case Storage.Sqlite _ -> throw readers.wrong("needs --database");
        };
    }

    private static Secret standby(SettingValue standby, Storage storage) {
        return switch (storage) {
            case Storage.Postgres _ -> standby.postgres();
            case Storage.Sqlite _ -> throw standby.wrong("needs --database");
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

    /// Requires that keys are configured with PostgreSQL. Several servers may share the database, so none of them
    /// can create the keys.
    private static void refuseWithoutKeys(@Nullable Secret rootKey, @Nullable Path masterKeyFile) {
        if (rootKey == null) {
            throw new ConfigurationException("MUSTER_ROOT_KEY must be given with PostgreSQL: at least "
                    + ROOT_KEY_CHARACTERS + " characters, such as openssl rand -hex 32 prints");
        }
        if (masterKeyFile == null) {
            throw new ConfigurationException(Setting.MASTER_KEY_FILE.option() + " must be given with PostgreSQL");
        }
    }

    private @Nullable Tls tls() {
        SettingValue certificate = find(Setting.TLS_CERT);
        SettingValue key = find(Setting.TLS_KEY);
        if (certificate != null && key != null) {
            return new Tls(certificate.file(), key.secretFile(credentials()));
        }
        if (certificate != null || key != null) {
            throw new ConfigurationException((key == null ? Setting.TLS_KEY : Setting.TLS_CERT).option()
                    + " is missing: certificate and key are given together or not at all");
        }
        return null;
    }

    /// Nothing on another machine balances load over a server that only this machine can reach.
    private Duration stopDelay() {
        Duration given = find(Setting.STOP_DELAY, SettingValue::stopDelay);
        return given != null ? given : Config.isLoopback(get(Setting.HOST).text()) ? Duration.ZERO : STOP_DELAY;
    }

    private <T> @Nullable T find(Setting setting, Function<SettingValue, T> read) {
        SettingValue value = find(setting);
        return value == null ? null : read.apply(value);
    }

    /// Returns the value of a setting that has a default.
    private SettingValue get(Setting setting) {
        SettingValue value = find(setting);
        return value == null ? new SettingValue(setting.option(), String.valueOf(setting.standard)) : value;
    }

    /// Returns the value of a setting, from its option, its variable, or the file that its file variable names;
    /// null if none of these is given.
    private @Nullable SettingValue find(Setting setting) {
        String option = options.get(setting);
        SettingValue value = option == null ? variable(setting.variable()) : new SettingValue(setting.option(), option);
        String fileVariable = setting.fileVariable();
        SettingValue file = fileVariable == null ? null : variable(fileVariable);
        if (file == null) {
            return value;
        }
        if (value != null) {
            throw value.wrong("and " + file.name() + " exclude each other");
        }
        return new SettingValue(file.name(), file.firstLine(credentials()));
    }

    /// Where systemd puts the files of `LoadCredential`. Newer versions give access to them by an access control
    /// list, which looks like mode 440.
    private @Nullable Path credentials() {
        SettingValue folder = variable("CREDENTIALS_DIRECTORY");
        return folder == null ? null : folder.path();
    }

    private @Nullable SettingValue variable(String name) {
        String text = environment.getOrDefault(name, "").strip();
        return text.isEmpty() ? null : new SettingValue(name, text);
    }
}
