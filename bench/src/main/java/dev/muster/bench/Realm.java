package dev.muster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/// A realm of the measured server, with the information that loads need.
///
/// @param key an API key with all rights
record Realm(Api api, Path folder, String name, String key) {
    /// The number of users with a rare name.
    static final int RARE = 10;

    private static final int PAGE = 1_000;

    /// Returns the number of users.
    long total() {
        return api.get("/v1/users?limit=1", key).get("page").get("total").asLong();
    }

    /// Returns the number of journal entries.
    long entries() {
        return api.get("/v1/journal/head", key).get("seq").asLong();
    }

    /// Registers users until there are `max`.
    ///
    /// @param register a load that uses `register.lua`
    void fill(Wrk register, long max) {
        Wrk load = register.with("BENCH_KEY", key)
                .with("BENCH_RUN", name)
                .with("BENCH_RARE", Long.toString(Math.max(2, max / RARE)))
                .with("BENCH_MOST", Long.toString(max));
        try (Wrk.Running running = load.start()) {
            running.until(max, this::total, max > 100_000 ? Duration.ofSeconds(2) : Duration.ofMillis(200));
        }
    }

    /// Returns the ids of users from all parts of the realm, in no particular order.
    ///
    /// @param atMost the maximum number of ids; all users if there are fewer
    List<String> ids(int atMost) {
        long total = total();
        long pages = Math.ceilDiv(Math.min(atMost, total), PAGE);
        List<String> ids = new ArrayList<>();
        for (long page = 0; page < pages; page++) {
            long offset = pages * PAGE >= total ? page * PAGE : page * (total - PAGE) / Math.max(1, pages - 1);
            JsonNode items = api.get("/v1/users?limit=" + PAGE + "&offset=" + offset, key)
                    .get("items");
            items.forEach(item -> ids.add(item.get("id").asString()));
        }
        Collections.shuffle(ids, new Random(1));
        return ids;
    }

    /// Writes these lines to a file for a script, and returns the file.
    Path file(String what, List<String> lines) {
        return file(folder, name + "-" + what, lines);
    }

    static Path file(Path folder, String name, List<String> lines) {
        try {
            return Files.write(folder.resolve(name + ".txt"), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
