package dev.muster.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Measures events: how much they slow down writes, how fast they are delivered to a webhook, how soon a stream shows
/// them, and how much memory idle streams take.
final class Events implements AutoCloseable {
    private static final int STREAMS = 1_000;
    private static final int STREAMS_A_KEY = 8;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration DELIVERED_WITHIN = Duration.ofMinutes(2);

    private final Muster server;
    private final Realm deaf;
    private final Realm heard;
    private final Hook hook = new Hook();
    private final String webhook;
    private final Function<Realm, Function<Duration, Sample>> registering;

    /// @param deaf a realm without webhooks
    /// @param heard a realm that gets a webhook
    /// @param registering a measurement that registers users in a realm at full speed
    Events(Muster server, Realm deaf, Realm heard, Function<Realm, Function<Duration, Sample>> registering) {
        this.server = server;
        this.deaf = deaf;
        this.heard = heard;
        this.registering = registering;
        webhook = heard.api()
                .post(
                        "/v1/webhooks",
                        heard.key(),
                        Map.of("url", hook.url().toString(), "types", List.of("user.registered")))
                .get("webhookId")
                .asString();
        pause();
    }

    private void pause() {
        heard.api().post("/v1/webhooks/" + webhook + "/pause", heard.key(), Map.of());
    }

    /// @param from the number of the journal entry after which to begin; null to begin now
    private void resume(@Nullable Long from) {
        heard.api()
                .post("/v1/webhooks/" + webhook + "/resume", heard.key(), Map.of("from", from == null ? "now" : from));
    }

    /// Registers users while no webhook is active.
    Sample registerWithoutWebhooks(Duration howLong) {
        return registering.apply(deaf).apply(howLong);
    }

    /// Registers users in a realm without webhooks while another realm has an active one.
    Sample registerBesideWebhook(Duration howLong) {
        return following(() -> registering.apply(deaf).apply(howLong));
    }

    /// Registers users in a realm with a webhook that receives the events.
    Sample registerFollowed(Duration howLong) {
        return following(() -> registering.apply(heard).apply(howLong));
    }

    /// Takes a measurement while the webhook is active. The measurement begins only after the first delivery,
    /// because a server takes up to a second to notice that a webhook was resumed.
    private Sample following(java.util.function.Supplier<Sample> measurement) {
        resume(null);
        try {
            delivers(() ->
                    heard.api().post("/v1/users", heard.key(), Map.of("externalId", "first-" + System.nanoTime())));
            Sample sample = measurement.get();
            delivers(() ->
                    heard.api().post("/v1/users", heard.key(), Map.of("externalId", "last-" + System.nanoTime())));
            return sample;
        } finally {
            pause();
        }
    }

    /// Makes a change and waits until something is delivered to the webhook.
    private void delivers(Runnable change) {
        long before = hook.requests();
        long began = System.nanoTime();
        change.run();
        while (hook.requests() == before) {
            if (System.nanoTime() - began > DELIVERED_WITHIN.toNanos()) {
                throw new Failed("the webhook is not called");
            }
            sleep(Duration.ofMillis(2));
        }
    }

    /// Delivers registrations that are already in the journal, as fast as the webhook accepts them.
    Sample deliveries(Duration howLong) {
        long head = heard.entries();
        long max = Math.max(100, howLong.toMillis() * 5);
        JsonNode first = heard.api().get("/v1/events?type=user.registered&limit=1", heard.key());
        long from = Math.max(first.get("page").get("next").asLong(), head - max);
        long before = hook.requests();
        long microsBefore = server.micros();
        long began = System.nanoTime();
        resume(from);
        try {
            // Some entries are not registrations, for example those about the webhook itself.
            long expected = (head - from) * 9 / 10;
            while (hook.requests() - before < expected) {
                if (System.nanoTime() - began > DELIVERED_WITHIN.toNanos()) {
                    throw new Failed("%,d of %,d events were delivered".formatted(hook.requests() - before, expected));
                }
                sleep(Duration.ofMillis(2));
            }
            long delivered = hook.requests() - before;
            double seconds = (System.nanoTime() - began) / 1e9;
            double micros = (server.micros() - microsBefore) / (double) delivered;
            return Sample.rate(delivered / seconds, micros, Double.NaN);
        } finally {
            pause();
        }
    }

    /// Measures the time from sending a change until a stream of an otherwise idle server shows it.
    ///
    /// @param stream the server that sends the stream
    Sample streamed(Muster stream, Duration howLong) {
        String user = heard.ids(1).getFirst();
        String path = "/v1/users/" + user + "/holds/blocked";
        heard.api().put(path, heard.key(), Map.of("reason", "first"));
        try (EventStream events = new EventStream(stream.api().base(), heard.key(), "user.hold.*")) {
            events.settle();
            List<Double> millis = new ArrayList<>();
            long until = System.nanoTime() + howLong.toNanos();
            do {
                long began = System.nanoTime();
                heard.api().put(path, heard.key(), Map.of("reason", "changed " + millis.size()));
                millis.add((events.arrival() - began) / 1e6);
                sleep(PAUSE);
            } while (System.nanoTime() < until);
            return latency(millis);
        }
    }

    private static Sample latency(List<Double> millis) {
        double[] sorted =
                millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return Sample.latency(
                sorted[sorted.length / 2],
                sorted[sorted.length * 99 / 100],
                Arrays.stream(sorted).max().orElseThrow());
    }

    /// Measures the memory used by a thousand idle streams, as the growth of the server's resident memory. The
    /// memory is read after a garbage collection, both before and after.
    Sample idleStreams() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < STREAMS / STREAMS_A_KEY; i++) {
            JsonNode made = heard.api()
                    .post(
                            "/v1/keys",
                            heard.key(),
                            Map.of("name", "stream " + i, "scopes", List.of("events:read"), "signing", false));
            keys.add(made.get("apiKey").asString());
        }
        long before = server.settledBytes();
        List<EventStream> streams = new ArrayList<>();
        try {
            for (String key : keys) {
                for (int i = 0; i < STREAMS_A_KEY; i++) {
                    streams.add(new EventStream(server.api().base(), key, "user.hold.*"));
                }
            }
            sleep(Duration.ofSeconds(2));
            return Sample.bytes(server.settledBytes() - before);
        } finally {
            streams.forEach(EventStream::close);
        }
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new Failed("interrupted", e);
        }
    }

    @Override
    public void close() {
        hook.close();
    }
}
