package dev.muster.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Has Keycloak do the same work through its admin API. Each row uses the number of connections that was fastest; with
/// more than eight, Keycloak's writes become slower.
final class PeerRun {
    private static final int WRITERS = 8;
    private static final int READERS = 16;
    private static final int USERS = 3_000;
    private static final int QUICK_USERS = 300;
    private static final int PAGE = 20;
    private static final String REALM = "bench";
    private static final String ALL_USERS = "/admin/realms/" + REALM + "/users";

    private final Options options;
    private final Parts parts;
    private final Path root;
    private final Path folder;
    private final Ports ports;
    private final Postgres postgres;
    private final Set<String> wanted;
    private final Samples samples = new Samples();

    PeerRun(Options options, Parts parts, Path root, Path folder, Ports ports, Postgres postgres, Set<String> wanted) {
        this.options = options;
        this.parts = parts;
        this.root = root;
        this.folder = folder;
        this.ports = ports;
        this.postgres = postgres;
        this.wanted = wanted;
    }

    Samples take(KeycloakZip.Unpacked keycloak) {
        Path log = folder.resolve("keycloak.log");
        postgres.database("keycloak");
        parts.time("Keycloak: build and make its schema", () -> {
            Keycloak.build(keycloak.home(), log);
            start(keycloak, log).close();
        });
        try (Keycloak server = parts.time("Keycloak: start", () -> start(keycloak, log))) {
            samples.add("keycloak-start", Sample.millis(server.startMillis()));
            parts.time("Keycloak: measure", () -> measure(server));
        } catch (Failed e) {
            parts.say("  FAILED: " + e.getMessage());
            wanted.forEach(name -> {
                if (samples.of(name).isEmpty()) {
                    samples.failed(name, String.valueOf(e.getMessage()));
                }
            });
        }
        return samples;
    }

    private Keycloak start(KeycloakZip.Unpacked keycloak, Path log) {
        return Keycloak.start(keycloak.home(), log, postgres.url("keycloak"), ports.free(), ports.free());
    }

    private void measure(Keycloak server) {
        server.makeRealm(REALM);
        int users = options.quick ? QUICK_USERS : USERS;
        fill(server, users);
        List<String> ids = new ArrayList<>();
        JsonNode found = server.api().get(ALL_USERS + "?briefRepresentation=true&max=" + users, server.token());
        found.forEach(user -> ids.add(user.get("id").asString()));
        Path idFile = Realm.file(folder, "keycloak-ids", ids);
        Wrk load = new Wrk(root.resolve("bench/wrk"), server.api().base(), "get.lua", READERS, Map.of());

        List<String> one = ids.stream().map(id -> ALL_USERS + "/" + id).toList();
        Path oneFile = Realm.file(folder, "keycloak-users", one);
        take(server, "keycloak-get", load.with("BENCH_PATHS", oneFile.toString()));

        // These requests leave out the total, which would need another call.
        List<String> pages = IntStream.range(0, Math.max(1, users - PAGE))
                .mapToObj(first -> ALL_USERS + "?briefRepresentation=true&first=" + first + "&max=" + PAGE)
                .toList();
        Wrk paging = new Wrk(load.scripts(), load.target(), load.script(), WRITERS, Map.of());
        Path pageFile = Realm.file(folder, "keycloak-pages", pages);
        take(server, "keycloak-page", paging.with("BENCH_PATHS", pageFile.toString()));

        Wrk toggling = new Wrk(load.scripts(), load.target(), "keycloak-toggle.lua", WRITERS, Map.of())
                .with("BENCH_PATH", ALL_USERS)
                .with("BENCH_IDS", idFile.toString());
        check(server, ids.getFirst());
        take(server, "keycloak-toggle", toggling);

        // This measurement is the last one, because it makes the realm larger.
        take(server, "keycloak-create", creating(load));
    }

    private static Wrk creating(Wrk load) {
        return new Wrk(load.scripts(), load.target(), "keycloak-create.lua", WRITERS, Map.of())
                .with("BENCH_PATH", ALL_USERS);
    }

    private static void fill(Keycloak server, int users) {
        Wrk load = creating(new Wrk(
                        Path.of(System.getProperty("bench.root"), "bench/wrk"),
                        server.api().base(),
                        "",
                        1,
                        Map.of()))
                .with("BENCH_KEY", server.token())
                .with("BENCH_RUN", "fill")
                .with("BENCH_MOST", Integer.toString(users));
        try (Wrk.Running running = load.start()) {
            running.until(
                    users,
                    () -> server.api().get(ALL_USERS + "/count", server.token()).asLong(),
                    Duration.ofMillis(500));
        }
    }

    /// Checks that the call to be measured really disables a user, and that Keycloak records it.
    private static void check(Keycloak server, String id) {
        int before = events(server);
        server.api().put(ALL_USERS + "/" + id, server.token(), Map.of("enabled", false));
        JsonNode user = server.api().get(ALL_USERS + "/" + id, server.token());
        if (user.get("enabled").asBoolean() || events(server) <= before) {
            throw new Failed("Keycloak did not disable a user, or did not write it down");
        }
    }

    private static int events(Keycloak server) {
        return server.api()
                .get("/admin/realms/" + REALM + "/admin-events?max=100000", server.token())
                .size();
    }

    private void take(Keycloak server, String name, Wrk load) {
        if (!wanted.contains(name)) {
            return;
        }
        try {
            for (int round = options.warmsUp() ? 0 : 1; round <= options.rounds(); round++) {
                Wrk prepared = load.with("BENCH_KEY", server.token()).with("BENCH_RUN", "run" + round + "x");
                long micros = server.micros();
                long database = postgres.micros();
                Load counted = prepared.run(options.each());
                Sample sample = Sample.of(
                        counted,
                        (double) (server.micros() - micros),
                        (double) (postgres.micros() - database),
                        Double.NaN);
                if (round > 0) {
                    samples.add(name, sample);
                    parts.say("  %-24s %s".formatted(name, Report.line(sample)));
                }
            }
        } catch (Failed e) {
            samples.failed(name, String.valueOf(e.getMessage()));
            parts.say("  %-24s FAILED: %s".formatted(name, e.getMessage()));
        }
    }
}
