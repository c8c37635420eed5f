package dev.muster.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.storage.sql.Session;
import dev.muster.storage.sql.StorageException;
import dev.muster.storage.sql.StorageException.Kind;
import dev.muster.testing.TestPostgres;
import dev.muster.testing.UsesPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A connection whose settings are weaker than promises need is not used.
@UsesPostgres
final class PostgresSettingsTest {
    private static String withOptions(String url, String... settings) {
        String options = "-c synchronous_commit=on -c lock_timeout=1s -c statement_timeout=10s"
                + " -c idle_in_transaction_session_timeout=5s";
        // The last of several values counts.
        return url + "&options="
                + URLEncoder.encode(options + " -c " + String.join(" -c ", settings), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "synchronous_commit=local, synchronous_commit is local, on",
        "synchronous_commit=remote_write, synchronous_commit is remote_write, on",
        "lock_timeout=0, lock_timeout is 0, 1s",
        "lock_timeout=2s, lock_timeout is 2s, 1s",
        "statement_timeout=0, statement_timeout is 0, 10s",
        "idle_in_transaction_session_timeout=1min, idle_in_transaction_session_timeout is 1min, 5s",
        "default_transaction_isolation=serializable, default_transaction_isolation is serializable, read committed",
        "default_transaction_read_only=on, default_transaction_read_only is on, off"
    })
    void aServerDoesNotStartWithAWeakerSetting(String set, String found, String wanted) {
        assertThatThrownBy(() -> PostgresEngine.open(withOptions(TestPostgres.newDatabase(), set), null))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FATAL))
                .hasMessage("the connection to PostgreSQL is not as Muster needs it: its setting " + found + ", not "
                        + wanted
                        + ": remove `options` from the URL, and connect to the server itself, not through a pooler");
    }

    @ParameterizedTest
    @ValueSource(strings = {"synchronous_commit=remote_apply", "lock_timeout=500ms", "statement_timeout=9s"})
    void aStrongerSettingIsAccepted(String set) {
        PostgresEngine.open(withOptions(TestPostgres.newDatabase(), set), null).close();
    }

    /// Here the settings become weaker while the server runs.
    @Test
    @Tag("superuser")
    void aLaterConnectionThatIsWeakerIsNotUsed() throws SQLException {
        String url = TestPostgres.newWholeDatabase();
        PostgresEngine engine = PostgresEngine.open(url, null);
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            engine.writer().close();
            statement.execute("create function weaken() returns event_trigger language plpgsql as"
                    + " $$begin perform set_config('lock_timeout', '0', false); end$$");
            statement.execute("create event trigger weaken on login execute function weaken()");
            assertThatThrownBy(engine::writer)
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
                    .hasMessageContaining("its setting lock_timeout is 0, not 1s");
            statement.execute("drop event trigger weaken");
            engine.writer().close();
        } finally {
            engine.close();
        }
    }

    @Test
    void aHostThatAcceptsAndSaysNothingIsPassedOver() throws IOException, SQLException {
        String url = TestPostgres.newDatabase();
        String host = URI.create(url.substring("jdbc:".length())).getAuthority();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String both = url.replace("//" + host + "/", "//127.0.0.1:" + silent.getLocalPort() + "," + host + "/");
            assertThat(both).isNotEqualTo(url);
            PostgresEngine engine = PostgresEngine.open(both, null);
            try (Session session = engine.writer()) {
                assertThat(session.connection().getMetaData().getURL()).contains(host);
                // A statement may take longer than a response while connecting.
                assertThat(session.connection().getNetworkTimeout()).isEqualTo(15_000);
            } finally {
                engine.close();
            }
        }
    }
}
