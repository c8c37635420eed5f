package dev.muster.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs `./muster serve --bench` as a separate process.
final class Muster implements AutoCloseable {
    private static final String READY = "/health/ready";
    private static final int TIMEOUT_SECONDS = 120;

    /// The settings of a server, which can be started repeatedly with them.
    ///
    /// @param database the URL of a PostgreSQL database; null for the embedded one
    /// @param masterKey the existing file with the master keys
    record Setup(
            Path root,
            Path data,
            @Nullable String database,
            Path masterKey,
            String rootKey,
            Path log,
            int port,
            int adminPort) {}

    private final Setup setup;
    private final Child process;
    private final Api api;
    private final Api admin;
    private final double startMillis;

    private Muster(Setup setup, Child process, Api api, double startMillis) {
        this.setup = setup;
        this.process = process;
        this.api = api;
        this.admin = new Api(URI.create("http://127.0.0.1:" + setup.adminPort()));
        this.startMillis = startMillis;
    }

    /// Starts the server and waits for its first response.
    static Muster start(Setup setup) {
        List<String> command = new ArrayList<>(List.of(
                setup.root().resolve("muster").toString(),
                "serve",
                "--bench",
                "--webhook-http",
                "--webhook-allow",
                "127.0.0.0/8",
                "--data",
                setup.data().toString(),
                "--master-key-file",
                setup.masterKey().toString(),
                "--port",
                Integer.toString(setup.port()),
                "--admin-port",
                Integer.toString(setup.adminPort())));
        if (setup.database() != null) {
            command.addAll(List.of("--database", setup.database()));
        }
        long began = System.nanoTime();
        Child process = Child.start(setup.root(), setup.log(), Map.of("MUSTER_ROOT_KEY", setup.rootKey()), command);
        double took = FirstAnswer.millis(process, setup.port(), READY, TIMEOUT_SECONDS, began);
        Api api = new Api(URI.create("http://127.0.0.1:" + setup.port()));
        return new Muster(setup, process, api, took);
    }

    Api api() {
        return api;
    }

    String rootKey() {
        return setup.rootKey();
    }

    Path data() {
        return setup.data();
    }

    long pid() {
        return process.pid();
    }

    /// The milliseconds from the start of the process to its first response.
    double startMillis() {
        return startMillis;
    }

    /// Runs a garbage collection and returns the server's resident memory in bytes.
    long settledBytes() {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process collecting = new ProcessBuilder(jcmd, Long.toString(pid()), "GC.run")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (collecting.waitFor() != 0) {
                throw new Failed("the server's garbage cannot be collected");
            }
        } catch (IOException e) {
            throw new Failed("jcmd cannot be started", e);
        } catch (InterruptedException e) {
            throw new Failed("interrupted", e);
        }
        return Proc.residentBytes(pid());
    }

    long micros() {
        return Proc.micros(process.tree());
    }

    /// Returns the number of requests and transactions of the server's lanes so far.
    Batches batches() {
        double requests = 0;
        double transactions = 0;
        for (String line : admin.text("/metrics").lines().toList()) {
            if (line.startsWith("muster_lane_batch_sum")) {
                requests += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            } else if (line.startsWith("muster_lane_batch_count")) {
                transactions += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return new Batches(requests, transactions);
    }

    /// The counts of the lanes.
    record Batches(double requests, double transactions) {
        /// Returns the mean number of requests per transaction since `earlier`; NaN if there was no
        /// transaction.
        double meanSince(Batches earlier) {
            double made = transactions - earlier.transactions;
            return made == 0 ? Double.NaN : (requests - earlier.requests) / made;
        }
    }

    @Override
    public void close() {
        api.close();
        admin.close();
        process.close();
    }
}
