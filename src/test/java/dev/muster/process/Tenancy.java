package dev.muster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.Map;

/// A tenant's admin keys in its two environments, created by root over HTTP.
record Tenancy(String testKey, String productionKey) {

    /// The number of entries in a new realm's journal: the creation of its first key.
    static final long FIRST_ENTRIES = 1;

    static Tenancy make(URI address, String partnerId) throws IOException {
        try (Client root = new Client(address, ServerProcess.ROOT_KEY)) {
            Client.Answer made = root.json("POST", "/v1/tenants", Map.of("name", partnerId, "partnerId", partnerId));
            assertThat(made.status()).as("%s", made).isEqualTo(201);
            Fields environments = made.json().in("environments");
            return new Tenancy(
                    environments.in("test").text("apiKey"),
                    environments.in("production").text("apiKey"));
        }
    }
}
