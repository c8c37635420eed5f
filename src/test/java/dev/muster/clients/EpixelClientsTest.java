package dev.muster.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestServer;
import dev.muster.api.epixel.EpixelApi;
import dev.muster.model.Command;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Role;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.UserRef;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the samples from the vendor's documentation unchanged: in Node with the real package `request` and its
/// multipart form, and in PHP with curl. Only the host, keys and ids are filled in; even the misprint `Beare` is kept.
final class EpixelClientsTest {
    private static final String DONE = "{\"status_code\":200,\"errors\":{},\"data\":{}}";
    private static final UserRef GRACE = UserRef.identifier(Identifier.Kind.EXTERNAL_ID, "grace/17");

    @TempDir
    private Path folder;

    private ClientServer server;
    private TestServer muster;
    private TestServer.Tenancy tenancy;
    private Actor admin;
    private String accessToken;

    @BeforeEach
    void start() {
        server = new ClientServer(
                folder, (core, gate, _) -> List.of(new EpixelApi(core.directory(), gate, "/api/v1").httpApi()));
        muster = server.muster();
        tenancy = muster.makeTenant("acme");
        admin = muster.actor(tenancy.test(), tenancy.testKey());
        Validator checks = new Validator();
        Identifier grace = checks.identifier(Identifier.Kind.EXTERNAL_ID, "grace/17");
        muster.execute(
                tenancy.test(), admin, null, new Command.Register(null, grace, null, null, null, null, Tag.USER, null));
        accessToken = muster.signIn(tenancy.test(), tenancy.testKey(), "ada", Role.MANAGER)
                .accessToken();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void theNodeSamplesBlockAndUnblock() throws Exception {
        Path block = sample("block.js", "grace/17");
        Path unblock = sample("unblock.js", "grace/17");
        for (int i = 0; i < 2; i++) {
            printed(server.node(block), DONE + "\n");
            assertThat(status()).isEqualTo(Status.BLOCKED);
        }
        for (int i = 0; i < 2; i++) {
            printed(server.node(unblock), DONE + "\n");
            assertThat(status()).isEqualTo(Status.ACTIVE);
        }
    }

    @Test
    void thePhpSamplesBlockAndUnblock() throws Exception {
        Path block = sample("block.php", "grace/17");
        Path unblock = sample("unblock.php", "grace/17");
        for (int i = 0; i < 2; i++) {
            printed(server.php(block), DONE);
            assertThat(status()).isEqualTo(Status.BLOCKED);
        }
        for (int i = 0; i < 2; i++) {
            printed(server.php(unblock), DONE);
            assertThat(status()).isEqualTo(Status.ACTIVE);
        }
    }

    /// The samples print the errors that the documentation describes.
    @Test
    void theSamplesPrintWhatIsWrong() throws Exception {
        String unknown =
                "{\"status_code\":400,\"errors\":{\"unique_id\":[\"User not exist or invalid unique id.\"]},\"data\":{}}";
        printed(server.node(sample("block.js", "nobody")), unknown + "\n");
        printed(server.php(sample("block.php", "nobody")), unknown);
        String tooLong =
                "{\"status_code\":400,\"errors\":{\"unique_id\":[\"Ensure this field has no more than 255 characters.\"]},"
                        + "\"data\":{}}";
        printed(server.node(sample("unblock.js", "x".repeat(256))), tooLong + "\n");
        printed(server.php(sample("unblock.php", "x".repeat(256))), tooLong);
        String blank =
                "{\"status_code\":400,\"errors\":{\"unique_id\":[\"This field may not be blank.\"]},\"data\":{}}";
        printed(server.node(sample("block.js", "")), blank + "\n");
        printed(server.php(sample("block.php", "")), blank);
    }

    /// The clients verify the certificate. If they did not, the other tests would prove nothing about TLS.
    @Test
    void withoutTheCertificateTheServerIsNotTrusted() throws Exception {
        Path node = sample("block.js", "grace/17");
        ClientProcess failed = ClientProcess.run(node.getParent(), Map.of(), List.of("node", node.toString()));
        assertThat(failed.exitCode()).isNotZero();
        assertThat(failed.err()).contains("certificate");
        Path php = sample("block.php", "grace/17");
        assertThat(ClientProcess.run(php.getParent(), Map.of(), List.of("php", php.toString()))
                        .out())
                .isEmpty();
        assertThat(status()).isEqualTo(Status.ACTIVE);
    }

    private Status status() {
        return TestServer.ok(muster.directory().standing(admin, tenancy.test(), GRACE))
                .status();
    }

    private static void printed(ClientProcess client, String out) {
        assertThat(client.exitCode()).as("%s", client).isZero();
        assertThat(client.out()).as("%s", client).isEqualTo(out);
    }

    /// Returns the file of a sample from the documentation, with its placeholders filled in.
    private Path sample(String name, String uniqueId) throws IOException {
        String text = Files.readString(NodePackages.SOURCES.resolve("epixel").resolve(name));
        for (Map.Entry<String, String> part : Map.of(
                        "<domain>",
                        server.authority(),
                        "<api prefix>",
                        "api",
                        "<version>",
                        "v1",
                        "<apikey>",
                        tenancy.testKey().apiKey(),
                        "<access-token>",
                        accessToken,
                        "<user_unique_id>",
                        uniqueId)
                .entrySet()) {
            assertThat(text).contains(part.getKey());
            text = text.replace(part.getKey(), part.getValue());
        }
        Path run = Files.createDirectories(NodePackages.install().resolve("epixel"));
        return Files.writeString(run.resolve(name), text);
    }
}
