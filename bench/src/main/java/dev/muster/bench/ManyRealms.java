package dev.muster.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;

/// Creates many realms, two per tenant, and registers one user in each, `external:first`.
///
/// @param rootKey the key for creating tenants
record ManyRealms(Api api, String rootKey, Path folder) {
    private static final int AT_ONCE = 16;

    List<Realm> make(int count) {
        List<Future<List<Realm>>> made = new ArrayList<>();
        List<Realm> realms = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (int i = 0; i < Math.ceilDiv(count, 2); i++) {
                String name = "many-" + i;
                made.add(threads.submit(() -> tenant(name)));
            }
            for (Future<List<Realm>> tenant : made) {
                realms.addAll(tenant.get());
            }
        } catch (ExecutionException e) {
            throw new Failed("realms cannot be made: " + e.getCause(), e);
        } catch (InterruptedException e) {
            throw new Failed("interrupted", e);
        }
        return List.copyOf(realms.subList(0, count));
    }

    private List<Realm> tenant(String name) {
        JsonNode made = api.post("/v1/tenants", rootKey, Map.of("name", name, "partnerId", name));
        List<Realm> both = new ArrayList<>();
        for (String environment : List.of("test", "production")) {
            String key = made.get("environments").get(environment).get("apiKey").asString();
            api.post("/v1/users", key, Map.of("externalId", "first", "name", "Anna Berg"));
            both.add(new Realm(api, folder, name + "-" + environment, key));
        }
        return both;
    }
}
