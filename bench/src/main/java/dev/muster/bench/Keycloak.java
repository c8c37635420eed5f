package dev.muster.bench;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A single Keycloak node in production mode, which uses the run's PostgreSQL server.
final class Keycloak implements AutoCloseable {
    private static final String ADMIN = "admin";
    private static final String PASSWORD = "bench-only";
    private static final String READY = "/realms/master";
    private static final int TIMEOUT_SECONDS = 240;

    /// The environment variable that selects the kind of cache. By default, Keycloak looks for other nodes on every
    /// address of the machine. There is also a command line option, but in some versions it is an option of `build`
    /// and in others of `start`.
    private static final String CACHE = "KC_CACHE";

    private static final String LOCAL = "local";

    /// The lifetime of an access token, which is longer than a measurement takes.
    private static final int TOKEN_SECONDS = 900;

    private final Child process;
    private final Api api;
    private final double startMillis;

    private Keycloak(Child process, Api api, double startMillis) {
        this.process = process;
        this.api = api;
        this.startMillis = startMillis;
    }

    /// Prepares the distribution for the database, as Keycloak's guide requires before `start --optimized`.
    static void build(Path home, Path log) {
        List<String> command = List.of(home.resolve("bin/kc.sh").toString(), "build", "--db=postgres");
        try (Child build = Child.start(home, log, Map.of(CACHE, LOCAL), command)) {
            Integer code = build.await(TIMEOUT_SECONDS);
            if (code == null || code != 0) {
                throw new Failed("Keycloak does not build: " + build.tail());
            }
        }
    }

    /// Starts Keycloak and waits for its first response.
    ///
    /// @param database the URL, in the form `jdbc:postgresql://host:port/name`
    static Keycloak start(Path home, Path log, String database, int port, int managementPort) {
        Map<String, String> environment = Map.of(
                CACHE,
                LOCAL,
                "KC_BOOTSTRAP_ADMIN_USERNAME",
                ADMIN,
                "KC_BOOTSTRAP_ADMIN_PASSWORD",
                PASSWORD,
                "KC_DB_URL",
                database,
                "KC_DB_USERNAME",
                "postgres",
                "KC_DB_PASSWORD",
                "postgres");
        List<String> command = List.of(
                home.resolve("bin/kc.sh").toString(),
                "start",
                "--optimized",
                "--http-enabled=true",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--http-management-port=" + managementPort,
                "--hostname-strict=false");
        long began = System.nanoTime();
        Child process = Child.start(home, log, environment, command);
        double took = FirstAnswer.millis(process, port, READY, TIMEOUT_SECONDS, began);
        return new Keycloak(process, new Api(URI.create("http://127.0.0.1:" + port)), took);
    }

    /// Returns a new access token of the administrator, with all rights.
    String token() {
        return api.form(
                        "/realms/master/protocol/openid-connect/token",
                        Map.of(
                                "grant_type",
                                "password",
                                "client_id",
                                "admin-cli",
                                "username",
                                ADMIN,
                                "password",
                                PASSWORD))
                .get("access_token")
                .asString();
    }

    /// Creates a realm that records administrators' actions in full, as Muster does.
    void makeRealm(String name) {
        api.put("/admin/realms/master", token(), Map.of("accessTokenLifespan", TOKEN_SECONDS));
        api.post(
                "/admin/realms",
                token(),
                Map.of("realm", name, "enabled", true, "adminEventsEnabled", true, "adminEventsDetailsEnabled", true));
        if (!api.get("/admin/realms/" + name, token()).get("adminEventsEnabled").asBoolean()) {
            throw new Failed("Keycloak does not keep admin events");
        }
    }

    Api api() {
        return api;
    }

    double startMillis() {
        return startMillis;
    }

    long micros() {
        return Proc.micros(process.tree());
    }

    @Override
    public void close() {
        api.close();
        process.close();
    }
}
