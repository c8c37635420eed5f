package dev.muster;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Stops a server when the process gets SIGTERM or SIGINT: the server closes what it opened, and the process
/// exits with the server's exit code rather than that of a signal.
final class ShutdownSignal {
    /// Longer than the HTTP servers' grace period, so that it only ends what hangs.
    private static final long PATIENCE_SECONDS = 15;

    private static final int HUNG = 1;

    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile int code = HUNG;
    private volatile String reason = "exit";

    /// Begins to listen for the signal.
    void listen() {
        Signals.listen(signal -> reason = signal);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            told.countDown();
            try {
                var _ = finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(code);
        }));
    }

    /// Returns when the process was told to stop.
    void await() throws InterruptedException {
        told.await();
    }

    /// Why the process was told to stop: the name of the signal, or `exit` where there was none.
    String reason() {
        return reason;
    }

    /// Everything is closed: the process may exit with this code.
    void finish(int exitCode) {
        code = exitCode;
        finished.countDown();
    }
}
