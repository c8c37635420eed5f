package dev.muster.http.engine;

/// A handler that waits for something other than its client. When the server stops, it interrupts such a handler, so
/// that the handler responds immediately.
final class PausedHandler {

    private final Thread thread = Thread.currentThread();
    private boolean interrupted;
    private boolean over;

    /// Interrupts the wait, unless it is over.
    synchronized void interrupt() {
        if (!over) {
            interrupted = true;
            thread.interrupt();
        }
    }

    /// Called by the handler's thread when it no longer waits. It cannot be interrupted from then on.
    ///
    /// @return whether it was interrupted before
    synchronized boolean end() {
        over = true;
        if (interrupted) {
            // The wait may have ended before the interrupt arrived.
            var _ = Thread.interrupted();
        }
        return interrupted;
    }
}
