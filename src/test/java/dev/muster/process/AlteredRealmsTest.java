package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.TestDatabase;
import dev.muster.sealing.MasterKeys;
import dev.muster.testing.OnBothDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The rows of some realms are altered while no server is running. The next server starts and serves the other realms.
@OnBothDatabases
@Timeout(120)
class AlteredRealmsTest {
    @TempDir
    private Path folder;

    private ServerProcess start(String url) {
        Path data = folder.resolve("data");
        Path key = folder.resolve("master.key");
        return url == null
                ? ServerProcess.start(data)
                : ServerProcess.startOnPostgres(data, url, Files.exists(key) ? key : ServerProcess.masterKey(key));
    }

    @Test
    void realmsThatCannotBeReadCostNoOther() throws Exception {
        String url = TestDatabase.newPostgres();
        Tenancy strange;
        Tenancy damaged;
        Tenancy another;
        Tenancy sound;
        try (ServerProcess server = start(url)) {
            strange = Tenancy.make(server.address(), "strange");
            damaged = Tenancy.make(server.address(), "damaged");
            another = Tenancy.make(server.address(), "another");
            sound = Tenancy.make(server.address(), "sound");
        }
        String nothing = url == null ? "x'00'" : "'\\x00'::bytea";
        sql(url, "update realm set environment = 77 where id = " + realm(strange));
        sql(url, "update realm set wrapped_key = " + nothing + " where id = " + realm(damaged));
        sql(
                url,
                "update realm set wrapped_key = (select wrapped_key from realm where id = " + realm(sound)
                        + ") where id = " + realm(another));
        try (ServerProcess server = start(url)) {
            for (Tenancy lost : List.of(strange, damaged, another)) {
                assertThat(registered(server, lost.testKey())).isEqualTo(401);
                assertThat(registered(server, lost.productionKey())).isEqualTo(201);
                assertThat(server.output()).contains("realm " + realm(lost));
            }
            assertThat(registered(server, sound.testKey())).isEqualTo(201);
            try (Client root = new Client(server.address(), ServerProcess.ROOT_KEY)) {
                assertThat(root.get("/v1/tenants").status()).isEqualTo(200);
                assertThat(root.get("/v1/tenants/strange/test/quotas").status()).isEqualTo(404);
                String rotate = url == null
                        ? "/v1/master-key/rotate"
                        : "/v1/master-key/" + MasterKeys.addToFile(folder.resolve("master.key"), new SecureRandom())
                                + "/use";
                Client.Answer rotated = root.json("POST", rotate, Map.of());
                assertThat(rotated.status()).as("%s", rotated).isEqualTo(200);
                // The system realm and two realms per tenant, except the two that cannot be unwrapped.
                assertThat(rotated.json().number("realmsRewrapped")).isEqualTo(1 + 2 * 4 - 2);
            }
            assertThat(registered(server, sound.productionKey())).isEqualTo(201);
        }
    }

    private static long realm(Tenancy tenancy) {
        return Long.parseLong(tenancy.testKey().split("_", -1)[2]);
    }

    private static int registered(ServerProcess server, String key) throws IOException {
        try (Client client = new Client(server.address(), key)) {
            return client.json("POST", "/v1/users", Map.of("name", "N", "externalId", "u" + System.nanoTime()))
                    .status();
        }
    }

    private void sql(String url, String statement) throws SQLException {
        String database = url == null ? "jdbc:sqlite:" + folder.resolve("data").resolve("muster.db") : url;
        try (Connection connection = DriverManager.getConnection(database);
                var any = connection.createStatement()) {
            assertThat(any.executeUpdate(statement)).as(statement).isOne();
        }
    }
}
