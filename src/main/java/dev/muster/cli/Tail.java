package dev.muster.cli;

import dev.muster.cli.client.ApiClient;
import dev.muster.cli.command.Invocation;
import dev.muster.cli.output.Table;
import dev.muster.cli.shell.Shell;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// A command that prints new items as they appear until the user interrupts it. It reconnects if the server restarts,
/// and finally prints the position from which to continue.
abstract class Tail {
    /// How long to wait before the first retry.
    static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Duration MAX_PAUSE = Duration.ofSeconds(10);
    private static final int TIMEOUT_SECONDS = 5;

    /// The conventional exit code after SIGINT.
    private static final int INTERRUPTED = 130;

    final Invocation in;
    final Shell shell;
    private final String name;
    private final Table table;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean stopping;

    /// The number of the last entry that was printed or filtered out; negative if there has been none yet.
    long seen = -1;

    private Duration wait = PAUSE;
    private boolean answered;
    private boolean complained;

    /// @param name the command's name, for messages
    Tail(Invocation in, String name, Table table) {
        this.in = in;
        this.shell = in.shell();
        this.name = name;
        this.table = table;
    }

    /// Prints until the output cannot be written.
    ///
    /// @throws Stopped if the command must stop
    abstract void follow(ApiClient client);

    final int run() {
        Thread here = Thread.currentThread();
        Thread hook = new Thread(() -> stop(here), name);
        Runtime.getRuntime().addShutdownHook(hook);
        try (ApiClient client = in.allowCsv().client()) {
            if (in.isCsv()) {
                table.print(in.printer());
            }
            follow(client);
            // If the output cannot be written, Commands sets the exit code.
            return stopping ? INTERRUPTED : 0;
        } catch (StoppedException e) {
            if (seen >= 0) {
                in.note("Go on with --after " + seen + ".");
            }
            return INTERRUPTED;
        } finally {
            shell.flush();
            stopped.countDown();
            if (!stopping) {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        }
    }

    /// Stops the loop between two items, so that each item is printed completely.
    private void stop(Thread running) {
        stopping = true;
        running.interrupt();
        try {
            var _ = stopped.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Thrown to end the loop after the user has interrupted the command.
    static final class StoppedException extends RuntimeException {
        private StoppedException() {
            super("stopped", null, false, false);
        }
    }

    /// Whether the command must stop.
    final boolean isStopping() {
        return stopping || Thread.currentThread().isInterrupted();
    }

    /// Whether the server has responded at least once.
    final boolean hasAnswered() {
        return answered;
    }

    /// Prints an item as JSON, or as a row that [#printRows] completes.
    final void print(JsonNode item) {
        if (in.isJson()) {
            shell.out().println(item);
        } else {
            table.row(item);
        }
    }

    final void printRows() {
        if (!in.isJson() && table.hasRows()) {
            table.print(in.printer());
        }
        shell.out().flush();
    }

    /// Called when the server has responded.
    final void noteRecovery() {
        if (complained) {
            in.note(name + ": the server answers again.");
            shell.err().flush();
        }
        answered = true;
        complained = false;
        wait = PAUSE;
    }

    /// Reports the first of several consecutive problems, and waits before the next attempt. Each wait is longer
    /// than the previous one.
    final void awaitRetry(String problem) {
        if (!complained) {
            in.note(name + ": " + problem + "; trying again");
            shell.err().flush();
        }
        complained = true;
        pause(wait);
        wait = wait.multipliedBy(2).compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : wait.multipliedBy(2);
    }

    /// @throws Stopped if the command must stop
    final void pause(Duration time) {
        if (stopping) {
            throw new StoppedException();
        }
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new StoppedException();
        }
    }

    /// @throws Stopped if the command must stop
    final void checkStop() {
        if (isStopping()) {
            throw new StoppedException();
        }
    }
}
