package dev.muster;

import dev.muster.cells.Cells;
import dev.muster.directory.Core;
import dev.muster.directory.Deliveries;
import dev.muster.directory.cells.CellDirectory;
import dev.muster.directory.delivery.DeliveryOutcome;
import dev.muster.security.Passwords;
import dev.muster.storage.Database;
import dev.muster.storage.StandbyOutcome;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.logging.LogbackMetrics;
import io.micrometer.core.instrument.binder.system.DiskSpaceMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/// Metrics of the process, the database, the core and passwords. [Serve] registers those of commits; `http` and the
/// security log register their own. `docs/operating.md` lists all of them. Gauges are read at each scrape and cost
/// nothing in between.
final class Metrics implements AutoCloseable {
    private static final double NANOS = 1e9;

    /// Histogram bucket boundaries in seconds: the latencies that Muster promises, its timeouts, and some values
    /// around them. There are only a few, because every route and status class has a time series for each boundary.
    private static final double[] SECONDS = {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5
    };

    private static final Map<String, double[]> BUCKETS = Map.of(
            "http.requests", nanos(SECONDS),
            "muster.lane.commit", nanos(SECONDS),
            "muster.lane.batch", new double[] {1, 4, 16, 64, 256, 1024});

    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final JvmHeapPressureMetrics heap = new JvmHeapPressureMetrics();
    private final LogbackMetrics logback = new LogbackMetrics();

    private static double[] nanos(double... seconds) {
        return DoubleStream.of(seconds).map(second -> second * NANOS).toArray();
    }

    /// Creates a registry with histograms for the durations of requests and commits, and for the sizes of batches.
    static PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                double[] buckets = BUCKETS.get(id.getName());
                return buckets == null
                        ? config
                        : DistributionStatisticConfig.builder()
                                .serviceLevelObjectives(buckets)
                                .build()
                                .merge(config);
            }
        });
        return registry;
    }

    /// Registers the metrics of the process, the JVM and the disk.
    ///
    /// @param data the folder whose disk is measured
    Metrics(MeterRegistry registry, Path data) {
        Gauge.builder("muster.build.info", () -> 1)
                .description("always 1; the labels are the versions")
                .tags("version", Version.text(), "java", Runtime.version().toString())
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new DiskSpaceMetrics(data.toAbsolutePath().toFile()).bindTo(registry);
        gc.bindTo(registry);
        heap.bindTo(registry);
        logback.bindTo(registry);
    }

    static void ofDatabase(Database database, MeterRegistry registry) {
        gauge(registry, "muster.storage.reading", "reads in progress", database, Database::reading);
        gauge(registry, "muster.storage.listing", "lists and searches among them", database, Database::listing);
        gauge(registry, "muster.storage.waiting", "reads that wait", database, Database::waitingToRead);
        gauge(registry, "muster.storage.idle", "idle connections for reads", database, Database::idleReaders);
        counter(
                registry,
                "muster.storage.refused",
                "reads refused after waiting for a connection",
                database,
                Database::readsRefused);
        for (StandbyOutcome outcome : StandbyOutcome.values()) {
            FunctionCounter.builder("muster.standby.reads", database, each -> each.standbyReads(outcome))
                    .description("reads that a standby may answer")
                    .tag("outcome", outcome.label())
                    .register(registry);
        }
        gauge(
                registry,
                "muster.standby.lag.entries",
                "the entries of a journal that the standby lacked when it was last asked",
                database,
                Database::standbyBehind);
    }

    static void ofCore(Core core, MeterRegistry registry) {
        gauge(
                registry,
                "muster.ready",
                "1 while the server is ready, as /health/ready says",
                core,
                each -> each.isAnswering() && !each.isContradicted() ? 1 : 0);
        gauge(
                registry,
                "muster.journal.contradicted",
                "1 while some journal contradicts its checkpoints",
                core,
                each -> each.isContradicted() ? 1 : 0);
        counter(
                registry,
                "muster.journal.rewound",
                "journals found to have lost what this server had committed",
                core,
                Core::rewoundJournals);
        ofCell(new FirstCell(core), registry);
        gauge(registry, "muster.lane.waiting", "writes that wait for a lane", core, Core::waiting);
        gauge(registry, "muster.lane.waiting.bytes", "bytes of the writes that wait", core, Core::waitingBytes);
        gauge(
                registry,
                "muster.events.streams",
                "open event streams",
                core,
                each -> each.events().streams());
        gauge(
                registry,
                "muster.events.waiting",
                "requests that wait for events",
                core,
                each -> each.events().waiting());
        counter(
                registry,
                "muster.lane.refused",
                "writes refused because the queue was full",
                core,
                Core::refusedWrites);
    }

    /// Registers the metrics of a cell other than the first. The first has them too, so they always exist.
    static void ofCell(Cells.Metered cell, MeterRegistry registry) {
        gauge(registry, cell, "muster.cell.served", "1 while the cell's tenants are served", Cells.Metered::isServed);
        gauge(
                registry,
                cell,
                "muster.cell.contradicted",
                "1 while some journal of the cell contradicts its checkpoints",
                Cells.Metered::isContradicted);
    }

    private record FirstCell(Core core) implements Cells.Metered {
        @Override
        public String name() {
            return CellDirectory.FIRST;
        }

        @Override
        public boolean isServed() {
            return core.isAnswering();
        }

        @Override
        public boolean isContradicted() {
            return core.isContradicted();
        }
    }

    private static void gauge(
            MeterRegistry registry,
            Cells.Metered cell,
            String name,
            String description,
            Predicate<Cells.Metered> value) {
        Gauge.builder(name, () -> value.test(cell) ? 1 : 0)
                .description(description)
                .tag("cell", cell.name())
                .register(registry);
    }

    static void ofDeliveries(Deliveries deliveries, MeterRegistry registry) {
        for (DeliveryOutcome outcome : DeliveryOutcome.values()) {
            FunctionCounter.builder("muster.webhook.deliveries", deliveries, each -> each.count(outcome))
                    .description("attempts to send something to a webhook")
                    .tag("outcome", outcome.wireName())
                    .register(registry);
        }
        gauge(
                registry,
                "muster.webhook.leases",
                "webhooks that this server delivers to",
                deliveries,
                Deliveries::running);
        gauge(
                registry,
                "muster.webhook.lag.entries",
                "the most entries that one of them is behind",
                deliveries,
                Deliveries::longestLagEntries);
        gauge(
                registry,
                "muster.webhook.lag.seconds",
                "the age of the oldest entry that is still to be sent to one of them",
                deliveries,
                Deliveries::longestLagSeconds);
    }

    static void ofPasswords(Passwords passwords, MeterRegistry registry) {
        gauge(registry, "muster.passwords.waiting", "passwords waiting to be hashed", passwords, Passwords::waiting);
    }

    private static <T> void gauge(
            MeterRegistry registry, String name, String description, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value).description(description).register(registry);
    }

    private static <T> void counter(
            MeterRegistry registry, String name, String description, T of, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, of, value).description(description).register(registry);
    }

    @Override
    public void close() {
        gc.close();
        heap.close();
        logback.close();
    }
}
