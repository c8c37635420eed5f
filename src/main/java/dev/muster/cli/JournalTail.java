package dev.muster.cli;

import dev.muster.cli.CommandException.Exit;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Prints the entries of a journal as they are written, each once and none left out, until it is told to stop.
///
/// It asks for what follows the last entry that it has printed, by the entry's number: the server keeps nothing for it
/// and may be restarted meanwhile.
final class JournalTail {
    private static final int PAGE_ITEMS = 1_000;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final int PATIENCE_SECONDS = 5;

    /// What a process gives that was ended by SIGINT.
    private static final int INTERRUPTED = 130;

    private final Remote remote;
    private final Shell shell;
    private final Predicate<JsonNode> filter;
    private final Table table = new Table(EntryView.COLUMNS);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean stopping;

    /// The number of the last entry that was printed, or passed over by the filter.
    private long seen;

    private boolean answered;
    private boolean complained;

    /// @param filter which entries to print
    JournalTail(Remote remote, Predicate<JsonNode> filter) {
        this.remote = remote;
        this.filter = filter;
        shell = remote.shell();
        // Rows are printed as they come.
        table.reserve(0, 6);
        table.reserve(2, "user.hold.released".length());
    }

    /// Where to begin.
    ///
    /// @param after the number of an entry: with the one that follows; null for not
    /// @param since an instant: with the first entry of then or later; null for not
    record Start(@Nullable Long after, @Nullable String since) {}

    /// @param start with neither, it begins with the next entry that is written
    /// @return the exit code
    int run(Start start) {
        Thread here = Thread.currentThread();
        Thread hook = new Thread(() -> stop(here), "journal tail");
        Runtime.getRuntime().addShutdownHook(hook);
        try (Client client = remote.forLists().client()) {
            seen = start.after() != null ? start.after() : begin(client, start.since());
            follow(client);
            // The exit code says so where the output cannot be written.
            return stopping ? INTERRUPTED : 0;
        } catch (Stopped e) {
            sayHowToGoOn();
            return INTERRUPTED;
        } finally {
            shell.flush();
            stopped.countDown();
            if (!stopping) {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        }
    }

    /// Ends between two pages, so that what was begun to be printed is printed.
    private void stop(Thread running) {
        stopping = true;
        running.interrupt();
        try {
            var _ = stopped.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Thrown to end the loop when it was told to stop.
    private static final class Stopped extends RuntimeException {
        private Stopped() {
            super("stopped", null, false, false);
        }
    }

    private long begin(Client client, @Nullable String since) {
        // Read first: what is written in between is either found below or follows.
        long head = fetch(client, Call.get("journal", "head")).path("seq").asLong();
        String cursor = null;
        while (since != null) {
            Call call = Call.get("journal")
                    .query("since", since)
                    .query("limit", "1")
                    .query("after", cursor);
            JsonNode answer = fetch(client, call);
            if (!answer.path("items").isEmpty()) {
                return answer.path("items").path(0).path("seq").asLong() - 1;
            }
            String next = Reply.text(answer.path("page"), "next");
            if (next.isEmpty() || next.equals(cursor)) {
                break;
            }
            cursor = next;
        }
        return head;
    }

    private void follow(Client client) {
        if (remote.isCsv()) {
            table.print(remote.display());
        }
        while (true) {
            JsonNode answer = fetch(
                    client,
                    Call.get("journal")
                            .query("after", Long.toString(seen))
                            .query("limit", Integer.toString(PAGE_ITEMS)));
            JsonNode items = answer.path("items");
            checkEnd(answer.path("page").path("total").asLong());
            print(items);
            if (shell.out().checkError()) {
                return;
            }
            if (items.size() < PAGE_ITEMS) {
                pause(PAUSE);
            }
        }
    }

    private void checkEnd(long total) {
        if (total < seen) {
            throw new CommandException(
                    Exit.REFUSED,
                    "the journal ends with entry " + total + ", and entry " + seen
                            + " was there before: the server was restored from a backup, or is another one");
        }
    }

    private void print(JsonNode items) {
        for (JsonNode entry : items) {
            long seq = entry.path("seq").asLong();
            if (seq <= seen) {
                continue;
            }
            if (filter.test(entry)) {
                if (remote.isJson()) {
                    shell.out().println(entry);
                } else {
                    EntryView.row(table, entry);
                }
            }
            seen = seq;
        }
        if (!remote.isJson() && table.hasRows()) {
            table.print(remote.display());
        }
        shell.out().flush();
    }

    /// What a call answers, which is repeated for as long as the server does not answer or is not able to.
    private JsonNode fetch(Client client, Call call) {
        Duration wait = PAUSE;
        while (true) {
            String problem;
            try {
                Reply reply = client.send(call);
                if (reply.status() < 500 && reply.status() != 429) {
                    JsonNode answer = reply.granted().json();
                    sayThatItAnswers();
                    return answer;
                }
                problem = reply.refusal();
            } catch (CommandException e) {
                if (stopping || Thread.currentThread().isInterrupted()) {
                    throw new Stopped();
                }
                if (e.exit() != Exit.UNREACHABLE || !answered) {
                    throw e;
                }
                problem = String.valueOf(e.getMessage());
            }
            sayThatItDoesNotAnswer(problem);
            pause(wait);
            wait = wait.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wait.multipliedBy(2);
        }
    }

    private void sayThatItAnswers() {
        if (complained) {
            shell.err().println("muster journal tail: the server answers again.");
            shell.err().flush();
        }
        answered = true;
        complained = false;
    }

    private void sayThatItDoesNotAnswer(String problem) {
        if (!complained) {
            shell.err().println("muster journal tail: " + Text.line(problem) + "; trying again");
            shell.err().flush();
        }
        complained = true;
    }

    private void sayHowToGoOn() {
        shell.err().println("Go on with --after " + seen + ".");
    }

    private void pause(Duration time) {
        if (stopping) {
            throw new Stopped();
        }
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new Stopped();
        }
    }
}
