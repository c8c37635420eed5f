package dev.muster.bench;

import dev.muster.sealing.MasterKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Takes all measurements on one database: starts the server, loads the data once, and takes the requested measurements
/// in parts and rounds.
final class Run implements AutoCloseable {
    /// The kinds of searches: for texts that match no user, ten users or one user in twenty; for several words; and
    /// for two letters.
    static final List<String> SEARCHES = List.of("absent", "rare", "frequent", "several", "short");

    private static final int READERS = 64;
    private static final int FEW = 8;
    private static final int MANY = 128;
    private static final int IDS = 20_000;
    private static final int REFS = 1_000;

    /// The number of users that the console shows something about in a quick run.
    private static final int QUICK_SHOWN = 40;

    private static final Duration INDEXED_WITHIN = Duration.ofMinutes(3);
    private static final Duration WARM_UP = Duration.ofSeconds(2);

    private final Options options;
    private final Parts parts;
    private final Path root;
    private final Path folder;
    private final Ports ports;
    private final @Nullable Postgres postgres;
    private final Set<String> wanted;
    private final Samples samples = new Samples();
    private final Muster.Setup setup;
    private final Random random = new Random(7);
    private Muster server;
    private int runs;

    /// @param folder a new folder for data and logs
    /// @param postgres the PostgreSQL server; null to use the embedded database
    Run(
            Options options,
            Parts parts,
            Path root,
            Path folder,
            Ports ports,
            @Nullable Postgres postgres,
            Set<String> wanted) {
        this.options = options;
        this.parts = parts;
        this.root = root;
        this.folder = folder;
        this.ports = ports;
        this.postgres = postgres;
        this.wanted = wanted;
        SecureRandom secure = new SecureRandom();
        byte[] rootKey = new byte[32];
        secure.nextBytes(rootKey);
        Path masterKey = folder.resolve("master.key");
        MasterKeys.createFile(masterKey, secure);
        setup = new Muster.Setup(
                root,
                folder.resolve("data"),
                postgres == null ? null : postgres.database("muster"),
                masterKey,
                HexFormat.of().formatHex(rootKey),
                folder.resolve("server.log"),
                ports.free(),
                ports.free());
        server = Muster.start(setup);
    }

    /// Takes the measurements. Failures are recorded, and do not stop the other measurements.
    Samples take() {
        try (LargestFile wal = new LargestFile(folder.resolve("data/muster.db-wal"))) {
            Realm small = tenant("small");
            small.fill(registering(16), options.smallUsers());
            smallRealm(small);
            if (wants(
                    "-1m",
                    "page-",
                    "standings",
                    "search-",
                    "-beside-",
                    "-alone",
                    "ping-few",
                    "memory",
                    "wal",
                    "console-",
                    "paint-")) {
                largeRealm(small);
            }
            if (wants("realms-", "one-")) {
                manyRealms();
            }
            if (wants("events-")) {
                events();
            }
            if (wanted.contains("memory")) {
                samples.add("memory", Sample.bytes(Proc.peakBytes(server.pid())));
            }
            if (postgres == null && wanted.contains("wal")) {
                samples.add("wal", Sample.bytes(wal.bytes()));
            }
        }
        if (wanted.contains("start")) {
            starts();
        }
        return samples;
    }

    private boolean wants(String... parts) {
        return wanted.stream().anyMatch(name -> Stream.of(parts).anyMatch(name::contains));
    }

    // Parts

    private void smallRealm(Realm small) {
        List<String> ids = small.ids(IDS);
        Path idFile = small.file("ids", ids);
        Realm growing = tenant("growing");
        List<Shot> shots = new ArrayList<>();
        shots.add(shot("ping", pinging(READERS)));
        shots.add(shot("get", reading(READERS, small, "get", users(ids, ""))));
        shots.add(shot("standing", reading(READERS, small, "standing", users(ids, "/standing"))));
        try (LaneProcess lane = wants("lane-")
                ? LaneProcess.start(
                        server.pid(),
                        options.smallUsers(),
                        folder.resolve("lane"),
                        postgres == null ? null : postgres.database("lane"))
                : null) {
            for (int connections : List.of(32, MANY)) {
                withLane(
                        shots,
                        lane,
                        "register",
                        connections,
                        howLong -> write(growing, registering(connections), howLong));
                withLane(
                        shots,
                        lane,
                        "hold",
                        connections,
                        howLong -> write(small, holding(connections, small, idFile), howLong));
            }
            part("10,000 users", shots);
        }
    }

    /// Adds a measurement of a write, and one of the lane alone, which uses the mean group size that the server has
    /// just reached.
    private void withLane(
            List<Shot> shots,
            @Nullable LaneProcess lane,
            String work,
            int connections,
            Function<Duration, Sample> write) {
        String name = work + "-" + connections;
        double[] formed = {connections / 2.0};
        shots.add(new Shot(name, howLong -> {
            Sample sample = write.apply(howLong);
            formed[0] = sample.batch();
            return sample;
        }));
        if (lane != null) {
            shots.add(new Shot(
                    "lane-" + name, howLong -> lane.measure(work, (int) Math.max(1, Math.round(formed[0])), howLong)));
        }
    }

    private void largeRealm(Realm small) {
        Realm large = tenant("large");
        parts.time(
                databaseName() + ": load " + options.largeUsers() + " users",
                () -> large.fill(registering(MANY), options.largeUsers()));
        parts.time(databaseName() + ": until its texts are indexed", () -> awaitIndex(large));
        List<String> ids = large.ids(IDS);
        Path idFile = large.file("ids", ids);
        List<Shot> shots = new ArrayList<>();
        shots.add(shot("ping-1m", pinging(READERS)));
        shots.add(shot("get-1m", reading(READERS, large, "get", users(ids, ""))));
        shots.add(shot("standing-1m", reading(READERS, large, "standing", users(ids, "/standing"))));
        for (int connections : List.of(32, MANY)) {
            shots.add(new Shot(
                    "register-" + connections + "-1m", howLong -> write(large, registering(connections), howLong)));
            shots.add(new Shot(
                    "hold-" + connections + "-1m",
                    howLong -> write(large, holding(connections, large, idFile), howLong)));
        }
        shots.add(shot("page-first", reading(READERS, large, "first", pages(0))));
        shots.add(shot("page-middle", reading(READERS, large, "middle", pages(options.largeUsers() / 2))));
        // The last page is computed only when it is measured, because other measurements make the realm larger.
        shots.add(new Shot(
                "page-last",
                howLong -> load(reading(READERS, large, "last", pages((int) large.total() - 20)), howLong)));
        Wrk standings = wrk("post.lua", 4)
                .with("BENCH_KEY", large.key())
                .with("BENCH_PATH", "/v1/standings")
                .with("BENCH_BODIES", large.file("refs", refs(ids)).toString());
        int refs = Math.min(REFS, ids.size());
        shots.add(new Shot("standings", howLong -> load(standings, howLong).times(refs)));
        part("1 million users", shots);

        List<Shot> searches = new ArrayList<>();
        for (String text : SEARCHES) {
            searches.add(shot("search-" + text, reading(1, large, text, searches(text))));
            searches.add(shot("search-" + text + "-small", reading(1, small, text, searches(text))));
        }
        part("search", searches);
        part("beside", beside(small, large));
        if (wants("console-", "paint-")) {
            console(large, ids);
        }
    }

    private void console(Realm large, List<String> ids) {
        List<String> shown = options.quick ? ids.subList(0, Math.min(QUICK_SHOWN, ids.size())) : ids;
        try (ConsolePages pages =
                parts.time(databaseName() + ": what the console shows", () -> new ConsolePages(server, large, shown))) {
            part(
                    "console",
                    ConsolePages.PAGES.stream()
                            .map(page -> new Shot("console-" + page, howLong -> pages.load(page, howLong)))
                            .toList());
            // A quick run needs no Chromium.
            if (wants("paint-") && !options.quick) {
                try (Browser browser = Browser.start(Files.createDirectories(folder.resolve("browser")))) {
                    part(
                            "first paint",
                            ConsolePages.PAGES.stream()
                                    .map(page ->
                                            new Shot("paint-" + page, howLong -> pages.paint(page, browser, howLong)))
                                    .toList());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Failed e) {
            Stream.concat(
                            ConsolePages.PAGES.stream().map(page -> "console-" + page),
                            ConsolePages.PAGES.stream().map(page -> "paint-" + page))
                    .filter(name -> wanted.contains(name) && samples.of(name).isEmpty())
                    .forEach(name -> samples.failed(name, String.valueOf(e.getMessage())));
        }
    }

    /// Waits for the search index of a large realm. Until the index has been built, a search examines only part of
    /// the realm and reports this.
    private void awaitIndex(Realm large) {
        long deadline = System.nanoTime() + INDEXED_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode found = large.api().get("/v1/users?limit=20&q=uixotell", large.key());
            if (found.get("items").size() == Realm.RARE
                    && !found.get("page").has("next")
                    && !found.get("page").has("totalIsAtLeast")) {
                return;
            }
            try {
                Thread.sleep(250);
            } catch (InterruptedException e) {
                throw new Failed("interrupted", e);
            }
        }
        SEARCHES.forEach(text -> samples.failed(
                "search-" + text, "the " + Realm.RARE + " people of a rare name were not found all at once"));
    }

    private List<Shot> beside(Realm small, Realm large) {
        Wrk heavy = reading(
                4,
                large,
                "heavy",
                SEARCHES.stream().flatMap(text -> searches(text).stream()).toList());
        Path others = small.file("others", small.ids(REFS));
        Wrk hold = holding(FEW, small, others);
        Wrk get = reading(FEW, small, "others-get", users(small.ids(REFS), ""));
        return List.of(
                shot("ping-few", pinging(FEW)),
                new Shot("ping-beside-searches", howLong -> during(heavy, () -> load(pinging(FEW), howLong))),
                new Shot("hold-alone", howLong -> write(small, hold, howLong)),
                new Shot("hold-beside-import", howLong -> during(importing(large), () -> write(small, hold, howLong))),
                shot("get-alone", get),
                new Shot("get-beside-import", howLong -> during(importing(large), () -> load(get, howLong))));
    }

    private Wrk importing(Realm large) {
        return registering(MANY).with("BENCH_KEY", large.key()).with("BENCH_RUN", unique());
    }

    private void manyRealms() {
        List<Realm> realms = parts.time(
                databaseName() + ": make " + options.manyRealms() + " realms",
                () -> new ManyRealms(server.api(), server.rootKey(), folder).make(options.manyRealms()));
        Path keys = Realm.file(
                folder, "realms-keys", realms.stream().map(Realm::key).toList());
        List<String> paths = new ArrayList<>();
        realms.forEach(realm -> paths.add(realm.key() + "\t/v1/users/external:first"));
        Path pathFile = Realm.file(folder, "realms-paths", paths);
        Realm one = tenant("one");
        one.fill(registering(1), 1);
        String first = one.name() + "-1";
        // The reference is of the same kind and there is also one user, so that only the number of realms differs.
        Wrk oneGet = reading(READERS, one, "get", List.of("/v1/users/external:" + first));
        part(
                "many realms",
                List.of(
                        new Shot("one-register", howLong -> write(one, registering(32), howLong)),
                        new Shot(
                                "realms-register",
                                howLong -> load(
                                        registering(32)
                                                .with("BENCH_KEYS", keys.toString())
                                                .with("BENCH_RUN", unique()),
                                        howLong)),
                        shot("one-get", oneGet),
                        shot("realms-get", wrk("get.lua", READERS).with("BENCH_PATHS", pathFile.toString()))));
    }

    private void events() {
        Realm deaf = tenant("deaf");
        Realm heard = tenant("heard");
        heard.fill(registering(MANY), options.smallUsers() * 2L);
        try (Events events =
                        new Events(server, deaf, heard, realm -> howLong -> write(realm, registering(32), howLong));
                Muster other = postgres == null || !wanted.contains("events-stream-other") ? null : secondServer()) {
            List<Shot> shots = new ArrayList<>();
            shots.add(new Shot("events-none", events::registerWithoutWebhooks));
            shots.add(new Shot("events-beside", events::registerBesideWebhook));
            shots.add(new Shot("events-followed", events::registerFollowed));
            shots.add(new Shot("events-deliveries", events::deliveries));
            shots.add(new Shot("events-stream", howLong -> events.streamed(server, howLong)));
            if (other != null) {
                shots.add(new Shot("events-stream-other", howLong -> events.streamed(other, howLong)));
            }
            part("events", shots);
            if (wanted.contains("events-idle")) {
                idleStreams(events);
            }
        } catch (Failed e) {
            samples.failed("events-none", String.valueOf(e.getMessage()));
        }
    }

    private void idleStreams(Events events) {
        try {
            samples.add("events-idle", events.idleStreams());
        } catch (Failed e) {
            samples.failed("events-idle", String.valueOf(e.getMessage()));
        }
    }

    /// Starts another server on the same database.
    private Muster secondServer() {
        return Muster.start(new Muster.Setup(
                root,
                folder.resolve("other"),
                setup.database(),
                setup.masterKey(),
                setup.rootKey(),
                folder.resolve("other.log"),
                ports.free(),
                ports.free()));
    }

    private void starts() {
        parts.time(databaseName() + ": starts", () -> {
            try {
                BareStart bare = BareStart.like(server.pid(), root, BareStart.folderIn(folder));
                for (int round = 0; round < options.rounds(); round++) {
                    server.close();
                    server = Muster.start(setup);
                    samples.add("start", Sample.millis(server.startMillis()));
                    samples.add("bare-start", Sample.millis(bare.millis(ports.free())));
                }
            } catch (Failed e) {
                samples.failed("start", String.valueOf(e.getMessage()));
            }
            return null;
        });
    }

    // Measuring

    /// A named measurement that can be taken repeatedly.
    private record Shot(String name, Function<Duration, Sample> once) {}

    private Shot shot(String name, Wrk load) {
        return new Shot(name, howLong -> load(load, howLong));
    }

    /// Takes the requested measurements in rounds, once each per round, so that slow changes of the machine affect
    /// all of them alike. Every other round is in reverse order, because a server becomes faster the longer it
    /// runs.
    private void part(String title, List<Shot> shots) {
        List<Shot> taken =
                shots.stream().filter(shot -> wanted.contains(shot.name)).toList();
        if (taken.isEmpty()) {
            return;
        }
        parts.time(databaseName() + ": " + title, () -> {
            taken.stream().filter(_ -> options.warmsUp()).forEach(shot -> take(shot, WARM_UP, true));
            for (int round = 0; round < options.rounds(); round++) {
                (round % 2 == 0 ? taken : taken.reversed()).forEach(shot -> take(shot, options.each(), false));
            }
            return null;
        });
    }

    /// @param warmUp whether to only warm up the server, without recording a sample
    private void take(Shot shot, Duration howLong, boolean warmUp) {
        if (samples.failure(shot.name) != null) {
            return;
        }
        try {
            Sample sample = shot.once.apply(howLong);
            if (!warmUp) {
                samples.add(shot.name, sample);
                parts.say("  %-24s %s".formatted(shot.name, Report.line(sample)));
            }
        } catch (Failed e) {
            samples.failed(shot.name, String.valueOf(e.getMessage()));
            parts.say("  %-24s FAILED: %s".formatted(shot.name, e.getMessage()));
        }
    }

    private Sample load(Wrk load, Duration howLong) {
        Used before = used();
        Load counted = load.run(howLong);
        return used().since(before).sample(counted, Double.NaN);
    }

    /// The processor time used by the server and the database, in microseconds.
    private record Used(double server, double database) {
        Used since(Used before) {
            return new Used(server - before.server, database - before.database);
        }

        Sample sample(Load counted, double batch) {
            return Sample.of(counted, server, database, batch);
        }
    }

    private Used used() {
        return new Used(server.micros(), postgres == null ? Double.NaN : postgres.micros());
    }

    /// Runs a load in which every request must change something: the realm's journal must grow by at least as many
    /// entries as there were requests.
    private Sample write(Realm realm, Wrk load, Duration howLong) {
        Muster.Batches batches = server.batches();
        long entries = realm.entries();
        Used before = used();
        Load counted =
                load.with("BENCH_RUN", unique()).with("BENCH_KEY", realm.key()).run(howLong);
        Used used = used().since(before);
        long written = realm.entries() - entries;
        if (written < counted.requests()) {
            throw new Failed(
                    "%s: %,d requests were answered and %,d entries journalled: not every one changed something"
                            .formatted(load.script(), counted.requests(), written));
        }
        return used.sample(counted, server.batches().meanSince(batches));
    }

    /// Takes a measurement while another load is running, which must also succeed.
    private Sample during(Wrk other, Supplier<Sample> measurement) {
        try (Wrk.Running running = other.start()) {
            running.pause(options.quick ? Duration.ofMillis(100) : Duration.ofSeconds(1));
            Sample sample = measurement.get();
            running.stop();
            return sample;
        }
    }

    // Loads

    private Wrk wrk(String script, int connections) {
        return new Wrk(root.resolve("bench/wrk"), server.api().base(), script, connections, Map.of());
    }

    private Wrk pinging(int connections) {
        Wrk wrk = wrk("report.lua", connections);
        return new Wrk(wrk.scripts(), wrk.target().resolve("/bench/ping"), wrk.script(), connections, Map.of());
    }

    private Wrk reading(int connections, Realm realm, String what, List<String> paths) {
        return wrk("get.lua", connections)
                .with("BENCH_KEY", realm.key())
                .with("BENCH_PATHS", realm.file(what, paths).toString());
    }

    private Wrk registering(int connections) {
        return wrk("register.lua", connections);
    }

    private Wrk holding(int connections, Realm realm, Path ids) {
        return wrk("hold.lua", connections).with("BENCH_KEY", realm.key()).with("BENCH_IDS", ids.toString());
    }

    private String unique() {
        return "run" + ++runs + "x";
    }

    private static List<String> users(List<String> ids, String suffix) {
        return ids.stream().map(id -> "/v1/users/" + id + suffix).toList();
    }

    /// Returns requests for pages at a thousand adjacent offsets. Because they all differ, none can be served from
    /// a cache of the page before.
    private List<String> pages(int near) {
        int max = Math.max(1, options.largeUsers() - 20);
        return IntStream.range(0, REFS)
                .mapToObj(i -> "/v1/users?limit=20&offset=" + (near < REFS ? i % max : Math.max(0, near - i)))
                .toList();
    }

    private List<String> refs(List<String> ids) {
        List<String> bodies = new ArrayList<>();
        int size = Math.min(REFS, ids.size());
        for (int body = 0; body < 50; body++) {
            List<String> refs =
                    random.ints(size, 0, ids.size()).mapToObj(ids::get).toList();
            bodies.add(Api.JSON.writeValueAsString(Map.of("refs", refs)));
        }
        return bodies;
    }

    private List<String> searches(String text) {
        return switch (text) {
            case "absent" ->
                random.ints(REFS, 0, 1 << 20)
                        .mapToObj(i -> "/v1/users?limit=20&q=wqx" + Integer.toString(i, 36))
                        .toList();
            case "rare" -> List.of("/v1/users?limit=20&q=uixotell", "/v1/users?limit=20&q=Quixotelle");
            case "frequent" -> List.of("/v1/users?limit=20&q=ursula", "/v1/users?limit=20&q=arim");
            // Every address contains `example`; each of the other words matches one user in 20 or 23. No user matches
            // both words of the third search.
            case "several" ->
                Stream.of("ursula+young", "arim+berg", "ursula+karim", "ursula+urban+example")
                        .map(words -> "/v1/users?limit=20&q=" + words)
                        .toList();
            case "short" -> List.of("/v1/users?limit=20&q=an", "/v1/users?limit=20&q=so");
            default -> throw new IllegalArgumentException(text);
        };
    }

    private Realm tenant(String name) {
        Map<String, Object> body = new HashMap<>(Map.of("name", name, "partnerId", name));
        JsonNode made = server.api().post("/v1/tenants", server.rootKey(), body);
        String key = made.get("environments").get("test").get("apiKey").asString();
        return new Realm(server.api(), folder, name, key);
    }

    private String databaseName() {
        return postgres == null ? "SQLite" : "PostgreSQL";
    }

    @Override
    public void close() {
        server.close();
    }
}
