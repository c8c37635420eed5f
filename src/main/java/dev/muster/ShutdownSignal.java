package dev.muster;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Stops a server when the process receives SIGTERM, SIGINT or SIGHUP. The server closes everything, and the process
/// exits with the server's exit code instead of the signal's.
final class ShutdownSignal {
    /// How long a server may take to close. This is longer than the HTTP servers' grace period, so it affects only
    /// a server that hangs.
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private static final int EXIT_CODE = 1;

    private final CountDownLatch received = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile int code = EXIT_CODE;
    private volatile String reason = "exit";

    /// Starts to listen for signals.
    ///
    /// @param delay how long the server continues to serve after a signal
    void listen(Duration delay) {
        Signals.listen(signal -> reason = signal);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            received.countDown();
            try {
                var _ = finished.await(TIMEOUT.plus(delay).toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(code);
        }));
    }

    /// Blocks until the process is asked to stop.
    void await() throws InterruptedException {
        received.await();
    }

    /// Why the process stops: the name of the signal, or `exit` if there was no signal.
    String reason() {
        return reason;
    }

    /// Lets the process exit with this code. Called when everything has been closed.
    void finish(int exitCode) {
        code = exitCode;
        finished.countDown();
    }
}
