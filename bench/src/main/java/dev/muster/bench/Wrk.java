package dev.muster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// A load as wrk makes it: one thread, some connections, each of which sends its next request when the last was
/// answered. What it asks for stands in a script of the folder `wrk`, which is told more by its environment.
///
/// @param environment without the seed of what is random, which each run has its own of
record Wrk(Path scripts, URI target, String script, int connections, Map<String, String> environment) {
    private static final int LONGEST_SECONDS = 3_600;
    private static final Duration STANDSTILL = Duration.ofSeconds(30);
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Wrk::endAll, "end loads"));
    }

    /// Guarded by `RUNNING`: while this program ends, no other load begins.
    private static boolean ending;

    private static void endAll() {
        synchronized (RUNNING) {
            ending = true;
            RUNNING.forEach(Process::destroyForcibly);
        }
    }

    Wrk with(String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        return new Wrk(scripts, target, script, connections, more);
    }

    /// Drives the server for that long.
    Load run(Duration howLong) {
        try (Running running = start()) {
            running.pause(howLong);
            return running.stop();
        }
    }

    /// Drives the server until it is told to stop.
    Running start() {
        ProcessBuilder builder = new ProcessBuilder(
                "wrk",
                "-t1",
                "-c" + connections,
                "-d" + LONGEST_SECONDS + "s",
                "--timeout",
                "10s",
                "-s",
                scripts.resolve(script).toString(),
                target.toString());
        builder.environment().putAll(environment);
        builder.environment().put("BENCH_SEED", Long.toString(System.nanoTime() & 0xfffffff));
        builder.redirectErrorStream(true);
        synchronized (RUNNING) {
            if (ending) {
                throw new Failed("this program is ending");
            }
            return started(builder);
        }
    }

    private Running started(ProcessBuilder builder) {
        try {
            Process process = builder.start();
            RUNNING.add(process);
            return new Running(process, script + " with " + connections + " connections");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A load that is being made.
    static final class Running implements AutoCloseable {
        private final Process process;
        private final String what;

        private Running(Process process, String what) {
            this.process = process;
            this.what = what;
        }

        /// Lets it go on for a while.
        void pause(Duration howLong) {
            try {
                if (process.waitFor(howLong.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new Failed(what + ": wrk has ended by itself: " + output());
                }
            } catch (InterruptedException e) {
                throw new Failed("interrupted", e);
            }
        }

        /// Lets it go on until there are `most` of something, looking now and then how many there are.
        ///
        /// @throws Failed when that stands still
        void until(long most, LongSupplier count, Duration between) {
            long before = -1;
            long deadline = 0;
            for (long now = count.getAsLong(); now < most; now = count.getAsLong()) {
                if (now > before) {
                    before = now;
                    deadline = System.nanoTime() + STANDSTILL.toNanos();
                } else if (System.nanoTime() > deadline) {
                    stop();
                    throw new Failed(what + ": stands still at " + now);
                }
                pause(between);
            }
            stop();
        }

        /// Ends it with SIGINT, upon which wrk says what it counted.
        Load stop() {
            try {
                int code = new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                        .inheritIO()
                        .start()
                        .waitFor();
                String output = output();
                if (code != 0 || !process.waitFor(15, TimeUnit.SECONDS)) {
                    throw new Failed(what + ": wrk does not end");
                }
                return output.lines()
                        .filter(line -> line.startsWith("BENCH "))
                        .findFirst()
                        .map(line -> Load.of(what, Api.JSON.readTree(line.substring("BENCH ".length()))))
                        .orElseThrow(() -> new Failed(what + ": wrk said nothing: " + output));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new Failed("interrupted", e);
            }
        }

        private String output() {
            try {
                return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new Failed(what + ": wrk was ended", e);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
            RUNNING.remove(process);
        }
    }
}
