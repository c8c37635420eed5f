package dev.muster.bench;

import dev.muster.sealing.MasterKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;

/// Implements `bench/run --scale`: measures what users and changes cost on PostgreSQL, in bytes and in processor time,
/// and writes what a register of a billion users would need by that.
final class Scale implements AutoCloseable {
    private static final int CONNECTIONS = 64;
    private static final int IDS = 20_000;
    private static final int WARM_UP = 500;
    private static final Duration INDEXED_WITHIN = Duration.ofMinutes(5);

    private final Options options;
    private final Parts parts;
    private final Path root;
    private final Postgres postgres;
    private final Muster server;
    private final Realm realm;
    private int runs;

    /// @param folder a new folder for data and logs
    Scale(Options options, Parts parts, Path root, Path folder, Ports ports, Postgres postgres) {
        this.options = options;
        this.parts = parts;
        this.root = root;
        this.postgres = postgres;
        SecureRandom secure = new SecureRandom();
        byte[] rootKey = new byte[32];
        secure.nextBytes(rootKey);
        Path masterKey = folder.resolve("master.key");
        MasterKeys.createFile(masterKey, secure);
        server = Muster.start(new Muster.Setup(
                root,
                folder.resolve("data"),
                postgres.database("muster"),
                masterKey,
                HexFormat.of().formatHex(rootKey),
                folder.resolve("server.log"),
                ports.free(),
                ports.free()));
        JsonNode made =
                server.api().post("/v1/tenants", server.rootKey(), Map.of("name", "scale", "partnerId", "scale"));
        String key = made.get("environments").get("test").get("apiKey").asString();
        realm = new Realm(server.api(), folder, "scale", key);
    }

    /// Measures, and writes the page.
    ///
    /// @param facts the machine and the settings
    /// @return the page's figures as text
    String write(SequencedMap<String, String> facts, Path page) {
        Costs costs = measure();
        String text = ScalePage.text(facts, options.largeUsers(), costs, Billion.ASSUMED);
        try {
            Files.createDirectories(page.toAbsolutePath().getParent());
            Files.writeString(page, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text;
    }

    /// The state of the database and the processor time used so far.
    private record State(
            Map<String, Long> bytes, long walBytes, long users, long entries, double micros, double databaseMicros) {
        double perUser(State before, String table) {
            return growth(before, table) / (users - before.users);
        }

        double perEntry(State before, String table) {
            return growth(before, table) / (entries - before.entries);
        }

        private double growth(State before, String table) {
            return bytes.getOrDefault(table, 0L) - before.bytes.getOrDefault(table, 0L);
        }
    }

    private Costs measure() {
        // The first users warm the server up and fill the first pages of each table.
        fill(WARM_UP);
        State empty = state();
        parts.time("load " + options.largeUsers() + " users", () -> fill(options.largeUsers()));
        State filled = state();
        parts.time("until their texts are indexed", this::awaitIndex);
        State indexed = state();
        List<String> ids = realm.ids(IDS);
        Path idFile = realm.file("ids", ids);
        Cost hold = parts.time("holds", () -> cost("hold.lua", "BENCH_IDS", idFile));
        State held = state();
        Cost get = reading("get", ids, "");
        Cost standing = reading("standing", ids, "/standing");
        double registered = filled.users - empty.users;
        return new Costs(
                indexed.perUser(empty, "users"),
                filled.perUser(empty, "journal"),
                held.perEntry(indexed, "journal"),
                indexed.perUser(empty, "search_posting") + indexed.perUser(empty, "search_index"),
                (filled.walBytes - empty.walBytes) / registered,
                (double) (held.walBytes - indexed.walBytes) / (held.entries - indexed.entries),
                new Cost(
                        (filled.micros - empty.micros) / registered,
                        (filled.databaseMicros - empty.databaseMicros) / registered),
                hold,
                get,
                standing);
    }

    private void fill(int users) {
        Wrk register = wrk("register.lua").with("BENCH_KEY", realm.key());
        long there = realm.total();
        Wrk load = register.with("BENCH_RUN", unique())
                .with("BENCH_RARE", Long.toString(Math.max(2, users / Realm.RARE)))
                .with("BENCH_MOST", Long.toString(users - there));
        try (Wrk.Running running = load.start()) {
            running.until(users, realm::total, Duration.ofMillis(users > 100_000 ? 2_000 : 200));
        }
    }

    private Cost reading(String what, List<String> ids, String suffix) {
        Path paths = realm.file(
                what, ids.stream().map(id -> "/v1/users/" + id + suffix).toList());
        return parts.time(what, () -> cost("get.lua", "BENCH_PATHS", paths));
    }

    /// Runs a load once to warm up and once to measure it.
    private Cost cost(String script, String variable, Path file) {
        Wrk load = wrk(script).with("BENCH_KEY", realm.key()).with(variable, file.toString());
        if (options.warmsUp()) {
            load.with("BENCH_RUN", unique()).run(options.each());
        }
        double before = server.micros();
        double databaseBefore = postgres.micros();
        Load counted = load.with("BENCH_RUN", unique()).run(options.each());
        return new Cost(
                (server.micros() - before) / counted.requests(),
                (postgres.micros() - databaseBefore) / counted.requests());
    }

    private Wrk wrk(String script) {
        return new Wrk(root.resolve("bench/wrk"), server.api().base(), script, CONNECTIONS, Map.of());
    }

    private String unique() {
        return "scale" + ++runs + "x";
    }

    private void awaitIndex() {
        long deadline = System.nanoTime() + INDEXED_WITHIN.toNanos();
        while (true) {
            JsonNode page = server.api()
                    .get("/v1/users?limit=20&q=uixotell", realm.key())
                    .get("page");
            if (!page.has("next") && !page.has("totalIsAtLeast")) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new Failed("the texts were not indexed within " + INDEXED_WITHIN.toMinutes() + " minutes");
            }
            try {
                Thread.sleep(500);
            } catch (InterruptedException e) {
                throw new Failed("interrupted", e);
            }
        }
    }

    private State state() {
        return new State(
                postgres.tableBytes("muster"),
                postgres.walBytes(),
                realm.total(),
                realm.entries(),
                server.micros(),
                postgres.micros());
    }

    @Override
    public void close() {
        server.close();
    }
}
