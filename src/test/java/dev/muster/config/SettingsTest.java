package dev.muster.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.config.Config.Storage;
import dev.muster.network.AddressBlock;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsTest {
    private static final String ROOT_KEY = "0123456789abcdef0123456789abcdef";
    private static final String DATABASE = "jdbc:postgresql://db/muster?user=muster&password=hunter2";

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();

    @Test
    void byDefaultTheServerIsEmbeddedAndLocal() {
        Config config = read();
        assertThat(config.host()).isEqualTo("127.0.0.1");
        assertThat(config.port()).isEqualTo(8080);
        assertThat(config.adminHost()).isEqualTo("127.0.0.1");
        assertThat(config.adminPort()).isEqualTo(8081);
        assertThat(config.data()).isEqualTo(Path.of("data").toAbsolutePath());
        assertThat(config.storage()).isEqualTo(new Storage.Sqlite(config.data()));
        assertThat(config.rootKey()).isNull();
        assertThat(config.rootKeyFile()).isEqualTo(config.data().resolve("root.key"));
        assertThat(config.masterKeyFile()).isEqualTo(config.data().resolve("master.key"));
        assertThat(config.masterKeyGiven()).isFalse();
        assertThat(config.backups()).isEqualTo(config.data().resolve("backups"));
        assertThat(config.checkpoints()).isEqualTo(config.data().resolve("checkpoints"));
        assertThat(config.publicUrl()).isNull();
        assertThat(config.epixelBase()).isEqualTo("/api/v1");
        assertThat(config.trustedProxies()).isEmpty();
        assertThat(config.tls()).isNull();
        assertThat(config.demo()).isFalse();
        assertThat(config.bench()).isFalse();
    }

    @Test
    void everyOptionCanStandInTheEnvironment() throws Exception {
        environment.putAll(Map.of(
                "MUSTER_PORT", "9000",
                "MUSTER_HOST", "0.0.0.0",
                "MUSTER_DATA", folder.toString(),
                "MUSTER_PUBLIC_URL", "https://muster.example.org",
                "MUSTER_TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8,192.0.2.7",
                "MUSTER_ADMIN_PORT", "0",
                "MUSTER_ADMIN_HOST", "localhost",
                "MUSTER_BENCH", "true",
                "MUSTER_ROOT_KEY", ROOT_KEY));
        environment.put("MUSTER_EPIXEL_BASE", "/gateway/api/v3");
        environment.put("MUSTER_TLS_CERT", file("chain.pem"));
        environment.put("MUSTER_TLS_KEY", file("key.pem"));
        environment.put("MUSTER_MASTER_KEY_FILE", file("master"));
        Config config = read();
        assertThat(config.port()).isEqualTo(9000);
        assertThat(config.host()).isEqualTo("0.0.0.0");
        assertThat(config.data()).isEqualTo(folder);
        assertThat(config.publicUrl()).isEqualTo(URI.create("https://muster.example.org"));
        assertThat(config.epixelBase()).isEqualTo("/gateway/api/v3");
        assertThat(config.trustedProxies())
                .containsExactly(
                        AddressBlock.parse("10.0.0.0/8"),
                        AddressBlock.parse("fd00::/8"),
                        AddressBlock.parse("192.0.2.7"));
        assertThat(config.adminPort()).isZero();
        assertThat(config.adminHost()).isEqualTo("localhost");
        assertThat(config.bench()).isTrue();
        assertThat(config.rootKey()).isEqualTo(new Secret(ROOT_KEY));
        assertThat(config.tls()).isEqualTo(new Config.Tls(folder.resolve("chain.pem"), folder.resolve("key.pem")));
        assertThat(config.masterKeyFile()).isEqualTo(folder.resolve("master"));
        assertThat(config.masterKeyGiven()).isTrue();
    }

    @Test
    void anOptionGoesBeforeItsVariableAndAnEmptyVariableIsNone() {
        environment.put("MUSTER_PORT", "9000");
        environment.put("MUSTER_HOST", "");
        Config config = read("--port", "9001");
        assertThat(config.port()).isEqualTo(9001);
        assertThat(config.host()).isEqualTo("127.0.0.1");
    }

    @Test
    void postgresKeepsItsFolderAndItsPasswordToItself() throws Exception {
        environment.put("MUSTER_DATABASE", DATABASE);
        environment.put("MUSTER_ROOT_KEY", ROOT_KEY);
        environment.put("MUSTER_MASTER_KEY_FILE", file("master"));
        Config config = read("--data", folder.toString());
        assertThat(config.storage()).isEqualTo(new Storage.Postgres(new Secret(DATABASE), null));
        assertThat(config.data()).isEqualTo(folder);
        assertThat(config.toString()).doesNotContain("hunter2", ROOT_KEY);
    }

    @Test
    void postgresMayBeReadByWayOfAPooler() throws Exception {
        String pooler = DATABASE.replace("db/", "pooler:6432/");
        environment.put("MUSTER_ROOT_KEY", ROOT_KEY);
        environment.put("MUSTER_MASTER_KEY_FILE", file("master"));
        refused("--postgres-readers needs --database", "--postgres-readers", pooler);
        environment.put("MUSTER_DATABASE", DATABASE);
        environment.put("MUSTER_POSTGRES_READERS", pooler);
        assertThat(read().storage()).isEqualTo(new Storage.Postgres(new Secret(DATABASE), new Secret(pooler)));
        assertThat(read().toString()).doesNotContain("hunter2");
        refused(
                "--postgres-readers must begin with jdbc:postgresql:// and name a host and a database, or be as postgres://USER:PASSWORD@HOST/NAME",
                "--postgres-readers",
                "pooler:6432");
    }

    @Test
    void postgresMayHaveAStandbyForReads() throws Exception {
        String standby = DATABASE.replace("db/", "standby/");
        environment.put("MUSTER_ROOT_KEY", ROOT_KEY);
        environment.put("MUSTER_MASTER_KEY_FILE", file("master"));
        refused("--postgres-standby needs --database", "--postgres-standby", standby);
        environment.put("MUSTER_DATABASE", DATABASE);
        assertThat(read().standby()).isNull();
        environment.put("MUSTER_POSTGRES_STANDBY", standby);
        assertThat(read().standby()).isEqualTo(new Secret(standby));
        assertThat(read().storage()).isEqualTo(new Storage.Postgres(new Secret(DATABASE), null));
        assertThat(read().toString()).doesNotContain("hunter2");
        environment.remove("MUSTER_POSTGRES_STANDBY");
        Path url = Path.of(file("standby"));
        Files.writeString(url, standby);
        environment.put("MUSTER_POSTGRES_STANDBY_FILE", url.toString());
        assertThat(read().standby()).isEqualTo(new Secret(standby));
    }

    @Test
    void postgresNeedsBothKeys() throws Exception {
        environment.put("MUSTER_DATABASE", DATABASE);
        refused("MUSTER_ROOT_KEY must be given with PostgreSQL: at least 32 characters, such as openssl rand -hex 32"
                + " prints");
        environment.put("MUSTER_ROOT_KEY", ROOT_KEY);
        refused("--master-key-file must be given with PostgreSQL");
        assertThat(read("--master-key-file", file("master")).masterKeyGiven()).isTrue();
    }

    @Test
    void aDemonstrationHasNoDataButItsOwn() {
        Config config = read("--demo");
        assertThat(config.demo()).isTrue();
        assertThat(config.storage()).isEqualTo(new Storage.Sqlite(folder));
        assertThat(config.masterKeyFile()).isEqualTo(folder.resolve("master.key"));
        refused(
                "--demo and --data exclude each other: a demonstration has a throw-away data folder",
                "--demo",
                "--data=x");
        environment.put("MUSTER_DATABASE", DATABASE);
        refused(
                "--demo and MUSTER_DATABASE exclude each other: a demonstration has a throw-away data folder",
                "--demo");
        environment.clear();
        environment.put("MUSTER_DEMO", "1");
        refused(
                "MUSTER_DEMO and --master-key-file exclude each other: a demonstration has a throw-away data folder",
                "--master-key-file=x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "-1", "http", "", "80 80", "99999999999"})
    void aPortIsOne(String port) {
        refused("--port must be a port from 0 to 65535, not " + port, "--port", port);
        refused("--admin-port must be a port from 0 to 65535, not " + port, "--admin-port", port);
    }

    @Test
    void thePortsMustDiffer() {
        refused("--port and --admin-port are both 8081; give one of them another port", "--port", "8081");
        assertThat(read("--port", "0", "--admin-port", "0").port()).isZero();
    }

    @Test
    void aVariableIsNamedInsteadOfItsOption() {
        environment.put("MUSTER_PORT", "x");
        refused("MUSTER_PORT must be a port from 0 to 65535, not x");
        environment.clear();
        environment.put("MUSTER_BENCH", "maybe");
        refused("MUSTER_BENCH must be true or false");
    }

    @Test
    void aHostIsOne() {
        refused("--host must be an address or name of this machine", "--host", "");
        refused("--host must be an address or name of this machine, not no host", "--host", "no host");
        assertThat(read("--host", "::1").host()).isEqualTo("::1");
    }

    @ParameterizedTest
    @CsvSource({
        "https://muster.example.org/, https://muster.example.org",
        "http://10.0.0.1:8080, http://10.0.0.1:8080",
        "https://example.org/muster//, https://example.org/muster"
    })
    void aPublicUrlHasNoSlashAtItsEnd(String given, String kept) {
        assertThat(read("--public-url", given).publicUrl()).isEqualTo(URI.create(kept));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "muster.example.org",
                "ftp://example.org",
                "https://",
                "https:///x",
                "https://u@example.org",
                "https://example.org?x",
                "https://example.org#x",
                "https://example.org/a/../b",
                "https://example.org//a",
                "https://example.org:99999",
                "https://exa mple.org",
                "/"
            })
    void aPublicUrlIsAbsoluteAndPlain(String url) {
        refused(
                "--public-url must be an address such as https://muster.example.org or https://example.org/muster,"
                        + " without user, query and fragment",
                "--public-url",
                url);
    }

    @Test
    void aBaseHasNoSlashAtItsEnd() {
        assertThat(read("--epixel-base", "/api/v2/").epixelBase()).isEqualTo("/api/v2");
        assertThat(read("--epixel-base", "/v2").epixelBase()).isEqualTo("/v2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "api/v1", "/api//v1", "/api/../v1", "/api/{version}", "/api/v 1", "/api?v1", "/%61"})
    void aBaseIsAPlainPath(String base) {
        refused(
                "--epixel-base must be a path such as /api/v1, of letters, digits, '.', '_', '~' and '-'",
                "--epixel-base",
                base);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0/33",
                "fd00::/129",
                "proxy.example.org",
                "10.1",
                "10.0.0.0/",
                "10.0.0.0/x",
                "10.0.0.0/-1"
            })
    void proxiesAreBlocksOfAddresses(String block) {
        refused(
                "--trusted-proxies must be addresses or blocks such as 10.0.0.0/8,fd00::/8, not " + block,
                "--trusted-proxies",
                "127.0.0.1," + block);
    }

    @Test
    void aCertificateAndItsKeyComeTogether() throws Exception {
        refused(
                "--tls-key is missing: certificate and key are given together or not at all",
                "--tls-cert",
                file("chain.pem"));
        refused(
                "--tls-cert is missing: certificate and key are given together or not at all",
                "--tls-key",
                file("key.pem"));
    }

    @Test
    void aFileIsThere() throws Exception {
        Path missing = folder.resolve("missing");
        refused(
                "--master-key-file names " + missing + ", which does not exist",
                "--master-key-file",
                missing.toString());
        refused(
                "--tls-cert names " + folder + ", which is not a file",
                "--tls-cert",
                folder.toString(),
                "--tls-key",
                file("key.pem"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:mysql://db/muster", "jdbc:postgresql://", "postgresql://u:hunter2@db"})
    void aDatabaseIsPostgresAndItsAddressIsNotRepeated(String url) {
        refused(
                "--database must begin with jdbc:postgresql:// and name a host and a database, or be as postgres://USER:PASSWORD@HOST/NAME",
                "--database",
                url);
    }

    @Test
    void aTlsKeyIsItsOwnersAlone() throws Exception {
        String key = file("key.pem");
        String chain = file("chain.pem");
        Files.setPosixFilePermissions(Path.of(chain), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(read("--tls-cert", chain, "--tls-key", key).tls()).isNotNull();
        for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----")) {
            Files.setPosixFilePermissions(Path.of(key), PosixFilePermissions.fromString(mode));
            assertThatThrownBy(() -> read("--tls-cert", chain, "--tls-key", key))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageMatching(
                            "--tls-key names .*, which others can read or write .mode 6[024][024].: chmod 600 "
                                    + Pattern.quote(key));
        }
    }

    @Test
    void aDataFolderIsItsOwnersAlone() throws Exception {
        Path fresh = Files.createDirectory(folder.resolve("fresh"));
        Path used = Files.createDirectory(folder.resolve("used"));
        Files.writeString(used.resolve("muster.db"), "x");
        for (String mode : List.of("rwxr-xr-x", "rwxrwx---", "rwx----w-")) {
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(mode));
            DataFolder.open(fresh);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fresh)))
                    .isEqualTo("rwx------");
            Files.setPosixFilePermissions(used, PosixFilePermissions.fromString(mode));
            assertThatThrownBy(() -> DataFolder.open(used))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("which others can read or write (mode 7")
                    .hasMessageContaining("chmod 700 " + used + ", or name a folder within it");
        }
        Files.setPosixFilePermissions(used, PosixFilePermissions.fromString("rwx--x--x"));
        DataFolder.open(used);
    }

    @Test
    void probableMistakesCauseWarnings() throws Exception {
        assertThat(read().warnings()).isEmpty();
        assertThat(read("--host", "localhost").warnings()).isEmpty();
        assertThat(read("--host", "::1").warnings()).isEmpty();
        String tls = file("key.pem");
        assertThat(read("--host", "0.0.0.0", "--tls-cert", tls, "--tls-key", tls)
                        .warnings())
                .isEmpty();
        assertThat(read("--host", "0.0.0.0", "--trusted-proxies", "10.0.0.1").warnings())
                .isEmpty();
        for (String host : List.of("0.0.0.0", "::", "192.0.2.1")) {
            // Startup checks later whether this machine has the address.
            assertThat(read("--host", host).warnings())
                    .singleElement()
                    .asString()
                    .startsWith("listening on " + host + " without TLS: ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jdbc:postgresql://192.0.2.1/muster?user=m&password=hunter2 | 192.0.2.1",
                "jdbc:postgresql://192.0.2.1:5433/muster | 192.0.2.1",
                "jdbc:postgresql://localhost,192.0.2.2:5432/muster?user=m | 192.0.2.2",
                "jdbc:postgresql://[2001:db8::1]:5432/muster | 2001:db8::1",
                "jdbc:postgresql://db.invalid/muster | db.invalid",
                "jdbc:postgresql://192.0.2.1/muster?user=m&sslmode=verify-full |",
                "jdbc:postgresql://192.0.2.1/muster?sslmode=disable |",
                "jdbc:postgresql://192.0.2.1/muster?ssl=true |",
                "jdbc:postgresql://localhost:5432/muster |",
                "jdbc:postgresql://127.0.0.1/muster |",
                "jdbc:postgresql://[::1]/muster |",
                "jdbc:postgresql:///muster |",
            })
    void aRemoteDatabaseMustUseTls(String url, String host) throws Exception {
        environment.put("MUSTER_ROOT_KEY", ROOT_KEY);
        environment.put("MUSTER_MASTER_KEY_FILE", file("master"));
        environment.put("MUSTER_DATABASE", url);
        if (host == null) {
            assertThat(read().warnings()).isEmpty();
        } else {
            assertThat(read().warnings())
                    .containsExactly("--database names " + host
                            + " without sslmode, so the connection need not be encrypted: sslmode=verify-full is"
                            + " recommended");
            environment.put("MUSTER_DATABASE", "jdbc:postgresql://localhost/muster");
            environment.put("MUSTER_POSTGRES_READERS", url);
            assertThat(read().warnings()).singleElement().asString().startsWith("--postgres-readers names " + host);
            environment.remove("MUSTER_POSTGRES_READERS");
            environment.put("MUSTER_POSTGRES_STANDBY", url);
            assertThat(read().warnings()).singleElement().asString().startsWith("--postgres-standby names " + host);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgres://ann:hunter2@db/muster | jdbc:postgresql://db/muster?user=ann&password=hunter2",
                "postgresql://ann@db:5433/muster | jdbc:postgresql://db:5433/muster?user=ann",
                "postgres://db/muster | jdbc:postgresql://db/muster",
                "postgres://a%40b:p%2F+%26w@x@db/m?sslmode=require | jdbc:postgresql://db/m?user=a%40b&password=p%2F%2B%26w%40x&sslmode=require",
                "postgres://u:p@one:1,two:2/m | jdbc:postgresql://one:1,two:2/m?user=u&password=p",
                "postgres://db |",
                "postgres:///muster |",
                "mysql://u:p@db/m |",
            })
    void aDatabaseCanBeNamedAsOthersNameIt(String url, String jdbc) throws Exception {
        environment.put("MUSTER_ROOT_KEY", ROOT_KEY);
        environment.put("MUSTER_MASTER_KEY_FILE", file("master"));
        environment.put("MUSTER_DATABASE", url);
        if (jdbc == null) {
            assertThatThrownBy(this::read)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageStartingWith("MUSTER_DATABASE must begin with");
        } else {
            assertThat(read().storage()).isEqualTo(new Storage.Postgres(new Secret(jdbc), null));
        }
    }

    @Test
    void theGeneralVariableNamesADatabaseOfPostgresql() throws Exception {
        environment.put("MUSTER_ROOT_KEY", ROOT_KEY);
        environment.put("MUSTER_MASTER_KEY_FILE", file("master"));
        environment.put("DATABASE_URL", "mysql://u:p@db/m");
        assertThat(read().storage()).isInstanceOf(Storage.Sqlite.class);
        environment.put("DATABASE_URL", "postgres://u:p@db/m");
        assertThat(read().storage())
                .isEqualTo(new Storage.Postgres(new Secret("jdbc:postgresql://db/m?user=u&password=p"), null));
        environment.put("MUSTER_DATABASE", DATABASE);
        assertThat(read().storage()).isEqualTo(new Storage.Postgres(new Secret(DATABASE), null));
        environment.remove("MUSTER_DATABASE");
        environment.remove("MUSTER_MASTER_KEY_FILE");
        assertThat(read("--demo").storage()).isInstanceOf(Storage.Sqlite.class);
        environment.put("DATABASE_URL", "postgres://");
        refused("DATABASE_URL must begin with jdbc:postgresql:// and name a host and a database, or be as"
                + " postgres://USER:PASSWORD@HOST/NAME");
    }

    @Test
    void aSecretMayStandInAFile() throws Exception {
        Path file = Path.of(file("secret"));
        Files.writeString(file, ROOT_KEY + "\n");
        environment.put("MUSTER_ROOT_KEY_FILE", file.toString());
        assertThat(read().rootKey()).isEqualTo(new Secret(ROOT_KEY));
        Path database = Path.of(file("database"));
        Files.writeString(database, DATABASE);
        environment.put("MUSTER_DATABASE_FILE", database.toString());
        environment.put("MUSTER_POSTGRES_READERS_FILE", database.toString());
        environment.put("MUSTER_MASTER_KEY_FILE", file("master"));
        assertThat(read().storage()).isEqualTo(new Storage.Postgres(new Secret(DATABASE), new Secret(DATABASE)));
        environment.put("MUSTER_ROOT_KEY", ROOT_KEY);
        refused("MUSTER_ROOT_KEY and MUSTER_ROOT_KEY_FILE exclude each other");
        environment.remove("MUSTER_ROOT_KEY");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        refused("MUSTER_ROOT_KEY_FILE names " + file + ", which others can read or write (mode 644): chmod 600 "
                + file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, "\n");
        refused("MUSTER_ROOT_KEY_FILE names " + file + ", which has no secret in its first line");
        Files.delete(file);
        refused("MUSTER_ROOT_KEY_FILE names " + file + ", which does not exist");
    }

    /// systemd's credentials have mode 440 and an access control list; the folder is for the service alone.
    @Test
    void aCredentialOfSystemdMayHaveAnyMode() throws Exception {
        Path file = Path.of(file("root-key"));
        Files.writeString(file, ROOT_KEY + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
        environment.put("MUSTER_ROOT_KEY_FILE", file.toString());
        environment.put("CREDENTIALS_DIRECTORY", folder.resolve("elsewhere").toString());
        refused("MUSTER_ROOT_KEY_FILE names " + file + ", which others can read or write (mode 440): chmod 600 "
                + file);
        environment.put("CREDENTIALS_DIRECTORY", folder.toString());
        assertThat(read().rootKey()).isEqualTo(new Secret(ROOT_KEY));
    }

    @Test
    void aServerThatOthersCanReachStopsWithADelay() {
        assertThat(read().stopDelay()).isZero();
        assertThat(read("--host", "::1").stopDelay()).isZero();
        assertThat(read("--host", "0.0.0.0").stopDelay()).hasSeconds(5);
        assertThat(read("--host", "0.0.0.0", "--stop-delay", "0").stopDelay()).isZero();
        environment.put("MUSTER_STOP_DELAY", "12");
        assertThat(read().stopDelay()).hasSeconds(12);
        refused("--stop-delay must be a number of seconds from 0 to 60, not 61", "--stop-delay", "61");
        refused("--stop-delay must be a number of seconds from 0 to 60, not 5s", "--stop-delay", "5s");
    }

    @Test
    void aDatabaseAddressHasNoSpaces() {
        refused("--database must have no spaces in it", "--database", "jdbc:postgresql://db/muster? user=x");
    }

    @Test
    void aRootKeyIsLongAndCanTravel() {
        environment.put("MUSTER_ROOT_KEY", "short");
        refused("MUSTER_ROOT_KEY must have at least 32 characters");
        environment.put("MUSTER_ROOT_KEY", "a pass phrase of many words, long enough");
        refused("MUSTER_ROOT_KEY must be of printable ASCII without spaces, since it travels in a header");
        environment.put("MUSTER_ROOT_KEY", "é".repeat(40));
        refused("MUSTER_ROOT_KEY must be of printable ASCII without spaces, since it travels in a header");
    }

    @Test
    void aFolderIsMadeForItsOwnerAlone() throws Exception {
        Path data = folder.resolve("a/b/data");
        DataFolder.open(data);
        DataFolder.open(data);
        assertThat(Files.getPosixFilePermissions(data)).hasSize(3);
        Files.createDirectories(data.resolve("c"));
        Files.writeString(data.resolve("c/d"), "e");
        DataFolder.delete(data);
        DataFolder.delete(data);
        assertThat(data).doesNotExist();
    }

    @Test
    void aFolderThatCannotBeIsAFault() throws Exception {
        String file = file("file");
        assertThatThrownBy(() -> DataFolder.open(Path.of(file)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("--data names " + file + ", which is not a folder");
        assertThatThrownBy(() -> DataFolder.open(Path.of(file, "below")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("which cannot be created: ");
    }

    private String file(String name) throws Exception {
        Path file = folder.resolve(name);
        Files.writeString(file, "x");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file.toString();
    }

    private void refused(String message, String... arguments) {
        assertThatThrownBy(() -> read(arguments))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(message);
    }

    private Config read(String... arguments) {
        Settings settings = settings(arguments);
        return settings.read(settings.isDemo() ? folder : settings.data());
    }

    /// @param arguments options in the form `--option value` or `--option=value`, and switches
    private Settings settings(String... arguments) {
        Map<Setting, String> options = new HashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            boolean isSwitch = equals < 0 && (i + 1 == arguments.length || arguments[i + 1].startsWith("--"));
            if (isSwitch) {
                options.put(setting(arguments[i]), "true");
            } else if (equals >= 0) {
                options.put(setting(arguments[i].substring(0, equals)), arguments[i].substring(equals + 1));
            } else {
                options.put(setting(arguments[i]), arguments[++i]);
            }
        }
        return new Settings(options, environment);
    }

    private static Setting setting(String option) {
        return Setting.valueOf(option.substring(2).toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
