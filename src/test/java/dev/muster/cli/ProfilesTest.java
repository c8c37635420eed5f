package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests the files that `muster login` writes, and which key is sent to which server.
final class ProfilesTest {
    private static final String ME =
            "{\"kind\":\"apiKey\",\"id\":\"k1\",\"name\":\"billing\",\"partnerId\":\"acme\",\"environment\":\"test\"}";
    private static final String LIST = "{\"items\":[],\"page\":{}}";

    @TempDir
    private Path home;

    private Replay server;
    private final Cli cli = new Cli();

    @BeforeEach
    void start() throws Exception {
        server = new Replay();
        cli.environment.put("HOME", home.toString());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Path file(String name) {
        return home.resolve(".config/muster/profiles/" + name + ".json");
    }

    private void login(String profile, String key) {
        server.then(200, ME);
        Cli.Ran ran =
                new Cli().typing(key).with(cli.environment).run("login", "--profile", profile, "--url", server.url());
        assertThat(ran.exit()).as("%s", ran).isZero();
    }

    @Test
    void theKeyIsAskedForAndTriedAndOnlyItsOwnerCanReadIt() throws Exception {
        server.then(200, ME);
        Cli.Ran ran = cli.typing("mst_test_1_k_x").run("login", "--url", server.url() + "/");
        ran.printed("Signed in to " + server.url() + " as apiKey billing, realm acme, test.\n");
        assertThat(ran.prompts()).isEqualTo("API key for " + server.url() + ": ");
        assertThat(server.last().line()).isEqualTo("GET /v1/me");
        assertThat(server.last().authorization()).isEqualTo("Bearer mst_test_1_k_x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("default"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(file("default").getParent())))
                .isEqualTo("rwx------");
        server.then(200, LIST);
        assertThat(cli.run("user", "list").exit()).isZero();
        assertThat(server.last().authorization()).isEqualTo("Bearer mst_test_1_k_x");
        assertThat(cli.run("profiles").out())
                .contains("default  " + server.url())
                .doesNotContain("mst_test");
        assertThat(cli.run("profiles", "--json").out()).doesNotContain("mst_test");
    }

    @Test
    void aKeyThatIsRefusedIsNotSaved() {
        server.then(401, "{\"title\":\"Unauthorized\",\"status\":401,\"code\":\"unauthenticated\"}");
        assertThat(cli.typing("wrong").run("login", "--url", server.url()).exit())
                .isEqualTo(1);
        assertThat(file("default")).doesNotExist();
    }

    @Test
    void theKeyIsNeverAnArgument() {
        Cli.Ran ran = cli.run("login", "--key", "mst_test_1_k_x");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("there is no --key").doesNotContain("mst_test_1_k_x");
        assertThat(cli.run("login", "--url", server.url()).err()).contains("no terminal to ask for the key");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aProfileIsNamedByOptionOrVariable() {
        login("default", "key-of-default");
        login("production", "key-of-production");
        server.then(200, LIST).then(200, LIST).then(200, LIST);
        cli.run("user", "list", "--profile", "production");
        assertThat(server.last().authorization()).isEqualTo("Bearer key-of-production");
        cli.environment.put("MUSTER_PROFILE", "production");
        cli.run("user", "list");
        assertThat(server.last().authorization()).isEqualTo("Bearer key-of-production");
        // An option takes precedence over a variable.
        cli.run("user", "list", "--profile", "default");
        assertThat(server.last().authorization()).isEqualTo("Bearer key-of-default");
        cli.run("user", "list", "--profile", "staging")
                .complained(
                        2,
                        "muster user list: there is no profile staging; muster login --profile staging makes it (see"
                                + " muster user list --help)");
        assertThat(cli.run("user", "list", "--profile", "../default").err()).contains("a profile's name is of letters");
    }

    /// A profile's key is sent only to the profile's server.
    @Test
    void aProfilesKeyGoesToItsServerAlone() throws Exception {
        login("default", "key-of-default");
        try (Replay other = new Replay()) {
            other.then(200, LIST).then(200, LIST).then(200, LIST);
            cli.run("user", "list", "--url", other.url());
            assertThat(other.last().authorization()).isNull();
            cli.environment.put("MUSTER_URL", other.url());
            cli.run("user", "list");
            assertThat(other.last().authorization()).isNull();
            cli.environment.put("MUSTER_KEY", "another");
            cli.run("user", "list");
            assertThat(other.last().authorization()).isEqualTo("Bearer another");
            cli.run("user", "list", "--profile", "default", "--url", other.url())
                    .complained(
                            2,
                            "muster user list: --profile and --url exclude each other (see muster user list --help)");
            cli.environment.put("MUSTER_PROFILE", "default");
            cli.run("user", "list")
                    .complained(
                            2,
                            "muster user list: MUSTER_PROFILE and MUSTER_URL exclude each other; --profile takes"
                                    + " precedence over both (see muster user list --help)");
            assertThat(other.requests()).hasSize(3);
        }
    }

    @Test
    void aProfileThatOthersCanReadIsNotUsed() throws Exception {
        login("default", "key-of-default");
        Files.setPosixFilePermissions(file("default"), PosixFilePermissions.fromString("rw-r-----"));
        int before = server.requests().size();
        Cli.Ran ran = cli.run("user", "list");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .contains("others can read or write it (mode 640): chmod 600")
                .hasLineCount(1);
        assertThat(server.requests()).hasSize(before);
        Files.setPosixFilePermissions(file("default"), PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file("default"), "{\"url\":7}");
        assertThat(cli.run("user", "list").err()).contains("cannot be read; muster login creates it again");
    }

    @Test
    void loggingOutDeletesTheProfile() {
        login("default", "key-of-default");
        cli.run("logout").printed("Deleted the profile default.\n");
        assertThat(file("default")).doesNotExist();
        cli.run("logout").complained(1, "muster logout: there is no profile default");
    }

    @Test
    void theFolderIsWhereTheEnvironmentSays() {
        cli.environment.put("XDG_CONFIG_HOME", home.resolve("elsewhere").toString());
        cli.environment.put("MUSTER_KEY", "from-the-environment");
        cli.environment.put("MUSTER_URL", server.url());
        server.then(200, ME);
        Cli.Ran ran = cli.run("login");
        assertThat(ran.exit()).isZero();
        assertThat(ran.err()).contains("unset MUSTER_URL MUSTER_KEY, or give --profile default.");
        assertThat(home.resolve("elsewhere/muster/profiles/default.json")).exists();
        cli.environment.remove("XDG_CONFIG_HOME");
        cli.environment.remove("HOME");
        server.then(200, ME);
        assertThat(cli.run("login").err()).contains("neither XDG_CONFIG_HOME nor HOME says where profiles are kept");
    }
}
