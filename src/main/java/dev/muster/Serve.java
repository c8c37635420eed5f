package dev.muster;

import dev.muster.api.rest.HealthRoutes;
import dev.muster.api.smileid.CallbackResults;
import dev.muster.cells.CellRouter;
import dev.muster.cells.Cells;
import dev.muster.cells.TenantsOfCells;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.config.Config;
import dev.muster.config.Secret;
import dev.muster.demo.Demo;
import dev.muster.demo.DemoClock;
import dev.muster.directory.AllTenants;
import dev.muster.directory.Core;
import dev.muster.directory.cells.CellDirectory;
import dev.muster.http.BasePath;
import dev.muster.http.FaultRenderer;
import dev.muster.http.HttpApi;
import dev.muster.http.Limits;
import dev.muster.http.ListenException;
import dev.muster.http.ListenerConfig;
import dev.muster.http.Reply;
import dev.muster.http.Route;
import dev.muster.http.engine.AccessLog;
import dev.muster.http.engine.Server;
import dev.muster.sealing.KeyUnavailableException;
import dev.muster.sealing.MasterKeys;
import dev.muster.security.Authenticator;
import dev.muster.security.FailureExchange;
import dev.muster.security.KeyGenerator;
import dev.muster.security.Passwords;
import dev.muster.security.SecurityLog;
import dev.muster.security.limit.AttemptLimit;
import dev.muster.security.limit.SignInThrottle;
import dev.muster.storage.Database;
import dev.muster.storage.sql.StorageException;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Wires and runs one server: storage, the core, the authenticator, an HTTP API for each dialect, and two ports.
final class Serve {
    /// How long a cell must be known before tenants are created in it.
    private static final Duration CELL_SETTLES = Duration.ofSeconds(5);

    /// The number of failed authentications allowed per address and minute. An IPv6 /56 network is allowed four
    /// times as many, and a /48 network sixteen times as many.
    private static final int FAILED_ATTEMPTS = 20;

    /// The number of networks whose failures are remembered.
    private static final int NETWORKS = 100_000;

    private static final String PING = "{\"ping\":\"muster\",\"padding\":\"" + "0123456789".repeat(20) + "\"}";
    private static final Logger LOG = LoggerFactory.getLogger(Serve.class);

    private final Config config;
    private final PrintStream out;
    private final ShutdownSignal stop;
    private final SecureRandom random = new SecureRandom();
    private final InstantSource clock;
    private final long began = System.nanoTime();
    private long stoppedAt;

    Serve(Config config, PrintStream out, ShutdownSignal stop) {
        this.config = config;
        this.clock = config.demo() ? new DemoClock() : InstantSource.system();
        this.out = out;
        this.stop = stop;
    }

    /// Serves until the process is asked to stop, and returns the exit code.
    int run() throws InterruptedException {
        config.warnings().forEach(LOG::warn);
        try {
            // The ports are checked before any key is created, so that a start on an address in use leaves nothing
            // behind.
            Server.check(listening());
            if (config.adminPort() != 0) {
                Server.check(adminListening());
            }
            // The keys are loaded before the database is opened, so that no database is created without its keys, and
            // unusable keys are reported before anything is opened.
            ServerKeys keys = ServerKeys.load(config, random, out);
            try (Database database = open(config.storage(), config.standby(), config.diskFloorBytes())) {
                PrometheusMeterRegistry meters = Metrics.registry();
                try (SecurityLog securityLog = new SecurityLog(keys.securityLog(), clock)) {
                    CellFactory factory = factory(keys, securityLog, meters);
                    try (Core core = factory.first(database);
                            AccessLog log = new AccessLog(meters);
                            Metrics _ = metrics(database, core, securityLog, meters)) {
                        FailureExchange.start(factory.limit(), factory.throttle(), core::exchangeFailures);
                        serve(factory, database, core, meters, log);
                    }
                }
            }
        } catch (ListenException | KeyUnavailableException | StorageException e) {
            throw unusable(e);
        }
        LOG.atInfo()
                .addKeyValue("event", "stopped")
                .addKeyValue("reason", stop.reason())
                .addKeyValue("tookMillis", millisSince(stoppedAt))
                .log("stopped");
        return 0;
    }

    private @Nullable Metrics metrics(
            Database database, Core core, SecurityLog securityLog, PrometheusMeterRegistry meters) {
        Metrics.ofDatabase(database, meters);
        Metrics.ofCore(core, meters);
        Metrics.ofDeliveries(core.deliveries(), meters);
        securityLog.countIn(meters);
        // Metrics that only /metrics shows are not collected if /metrics is disabled.
        return config.adminPort() == 0 ? null : new Metrics(meters, config.data());
    }

    private static long millisSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1_000_000;
    }

    /// Serves the first cell, and on PostgreSQL the others.
    private void serve(CellFactory factory, Database database, Core core, PrometheusMeterRegistry meters, AccessLog log)
            throws InterruptedException {
        Authenticator authenticator = factory.authenticator(core);
        switch (config.storage()) {
            case Config.Storage.Sqlite _ -> {
                Dialects dialects = factory.dialects(core, authenticator, AllTenants.of(core), core.credentials());
                serve(factory, core, authenticator, dialects.httpApis(), database.product(), meters, log);
            }
            case Config.Storage.Postgres _ -> {
                MasterKeys master = factory.keys().master();
                try (CellDirectory directory = CellDirectory.of(database, master, config.masterKeyFile(), random);
                        Cells cells = new Cells(
                                directory,
                                factory.opener(core.credentials()),
                                CELL_SETTLES,
                                cell -> Metrics.ofCell(cell, meters))) {
                    AllTenants allTenants = new TenantsOfCells(core, cells, directory);
                    Dialects dialects = factory.dialects(core, authenticator, allTenants, core.credentials());
                    List<HttpApi> httpApis = new CellRouter(cells, dialects.all()).httpApis();
                    serve(factory, core, authenticator, httpApis, database.product(), meters, log);
                }
            }
        }
    }

    private void serve(
            CellFactory factory,
            Core core,
            Authenticator authenticator,
            List<HttpApi> httpApis,
            String product,
            PrometheusMeterRegistry meters,
            AccessLog log)
            throws InterruptedException {
        try (Server server = Server.start(listening(), httpApis, httpApis.getFirst(), meters, log);
                Server admin = admin(core, meters, log)) {
            core.startCallbacks(new CallbackResults(authenticator));
            announce(server, admin, product);
            new EarlyOldGenGc().watch();
            if (clock instanceof DemoClock past) {
                out.println(new Demo(
                                core.directory(),
                                core.credentials(),
                                core.evidence(),
                                authenticator,
                                factory.keyGenerator(),
                                past)
                        .fill(address(server)));
            }
            stop.await();
            stoppedAt = System.nanoTime();
            LOG.atInfo()
                    .addKeyValue("event", "stopping")
                    .addKeyValue("reason", stop.reason())
                    .log("stopping");
            // Ctrl-C comes from a person who waits.
            if (stop.reason().equals("SIGTERM")) {
                core.announceStop();
                Thread.sleep(config.stopDelay());
            }
        }
    }

    private CellFactory factory(ServerKeys keys, SecurityLog securityLog, PrometheusMeterRegistry meters) {
        Passwords passwords = new Passwords(Passwords.Cost.OWASP, random);
        Metrics.ofPasswords(passwords, meters);
        Timer commits = Timer.builder("muster.lane.commit")
                .description("from a batch's first lock to its commit's answer")
                .register(meters);
        DistributionSummary batches = DistributionSummary.builder("muster.lane.batch")
                .description("requests that one transaction answered")
                .register(meters);
        return new CellFactory(
                config,
                keys,
                clock,
                random,
                new KeyGenerator(random),
                passwords,
                new AttemptLimit(FAILED_ATTEMPTS, Duration.ofMinutes(1), NETWORKS, System::nanoTime),
                new SignInThrottle(System::nanoTime),
                securityLog,
                (requests, took) -> {
                    commits.record(took);
                    batches.record(requests);
                });
    }

    // Storage.

    /// @param standby a standby for reads; null for none
    static Database open(Config.Storage storage, @Nullable Secret standby, long floorBytes) {
        try {
            return switch (storage) {
                case Config.Storage.Sqlite(var folder) -> Database.sqlite(folder, floorBytes);
                case Config.Storage.Postgres(var url, var readers) ->
                    Database.postgres(
                            url.text(),
                            readers == null ? null : readers.text(),
                            standby == null ? null : standby.text());
            };
        } catch (StorageException e) {
            throw unusable(e);
        }
    }

    /// Converts an exception to a one-line message that says why the server cannot start.
    static CommandException unusable(RuntimeException e) {
        return new CommandException(Exit.USAGE, Objects.requireNonNullElse(e.getMessage(), e.toString()));
    }

    // Ports.

    private ListenerConfig listening() {
        Config.Tls tls = config.tls();
        return new ListenerConfig(
                "main",
                config.host(),
                config.port(),
                tls == null ? null : new ListenerConfig.Tls(tls.certificate(), tls.key()),
                config.trustedProxies(),
                Limits.DEFAULT,
                BasePath.of(config.publicUrl()),
                config.bench() ? new ListenerConfig.Bare("/bench/ping", PING) : null);
    }

    /// Starts to serve metrics and the health checks on the admin port. Returns null if that is disabled.
    private @Nullable Server admin(Core core, PrometheusMeterRegistry meters, AccessLog log) {
        if (config.adminPort() == 0) {
            return null;
        }
        Route metrics = Route.get(
                "/metrics",
                _ -> Reply.of(
                        200,
                        "text/plain; version=0.0.4; charset=utf-8",
                        meters.scrape().getBytes(StandardCharsets.UTF_8)));
        List<Route> routes = Stream.concat(Stream.of(metrics), HealthRoutes.of(core).stream())
                .toList();
        HttpApi httpApi = new HttpApi("admin", "", routes, FaultRenderer.PLAIN);
        return Server.start(adminListening(), List.of(httpApi), httpApi, meters, log);
    }

    private ListenerConfig adminListening() {
        return new ListenerConfig("admin", config.adminHost(), config.adminPort());
    }

    private void announce(Server server, @Nullable Server admin, String product) {
        String metrics = admin == null ? "" : " (metrics on port " + admin.port() + ")";
        String everywhere =
                config.publicUrl() == null && isWildcard() ? " and on all other addresses of this machine" : "";
        out.println("Muster listens on " + address(server) + everywhere + metrics);
        LoggingEventBuilder line = LOG.atInfo()
                .addKeyValue("event", "started")
                .addKeyValue("version", Version.text())
                .addKeyValue("java", Runtime.version().toString())
                .addKeyValue("database", product)
                .addKeyValue("schema", Database.SCHEMA)
                .addKeyValue("data", config.data().toAbsolutePath().toString())
                .addKeyValue("addresses", List.of(listens(server)));
        if (config.publicUrl() != null) {
            line = line.addKeyValue("publicUrl", config.publicUrl().toString());
        }
        if (admin != null) {
            line = line.addKeyValue("metrics", "http://" + config.adminHost() + ":" + admin.port() + "/metrics");
        }
        line.addKeyValue("tookMillis", millisSince(began)).log("started");
    }

    private String listens(Server server) {
        return (config.tls() == null ? "http" : "https") + "://" + config.host() + ":" + server.port();
    }

    private URI address(Server server) {
        URI given = config.publicUrl();
        return given != null
                ? given
                : URI.create((config.tls() == null ? "http" : "https") + "://" + hostToOpen() + ":" + server.port());
    }

    /// The host of a URL that a browser on this machine can open.
    private String hostToOpen() {
        if (isWildcard()) {
            return "127.0.0.1";
        }
        return config.host().contains(":") && !config.host().startsWith("[")
                ? "[" + config.host() + "]"
                : config.host();
    }

    private boolean isWildcard() {
        return List.of("0.0.0.0", "::", "[::]").contains(config.host());
    }
}
