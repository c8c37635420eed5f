package dev.muster.directory.journal;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Posts each signed checkpoint to a URL elsewhere, so that the owner of this machine cannot retract it. The body is
/// `text/plain`: one signed line per checkpoint, oldest first. Any 2xx status means that all of them were accepted;
/// otherwise they are posted again a minute later. The receiver may get a line more than once.
///
/// Lines wait in memory, at most 10,000; the oldest are dropped first. Each line contains the hash of the previous
/// line, so the receiver notices missing lines. They are still in the folder.
public final class CheckpointWitness {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int LINES_PER_POST = 500;
    private static final int MAX_WAITING = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointWitness.class);

    private final @Nullable URI url;
    private final Deque<String> waiting = new ArrayDeque<>();
    private @Nullable HttpClient client;

    /// @param url the URL of the witness; null if there is none
    public CheckpointWitness(@Nullable URI url) {
        this.url = url;
    }

    /// Queues lines for the next [#post].
    public synchronized void tell(Collection<String> lines) {
        if (url == null) {
            return;
        }
        waiting.addAll(lines);
        int dropped = 0;
        while (waiting.size() > MAX_WAITING) {
            waiting.removeFirst();
            dropped++;
        }
        if (dropped > 0) {
            LOG.warn("the checkpoint witness does not answer: {} checkpoints will not be posted", dropped);
        }
    }

    /// Posts queued lines until all are accepted or a post fails.
    public void post() throws InterruptedException {
        for (List<String> lines = next(); !lines.isEmpty(); lines = next()) {
            if (!accepts(lines)) {
                return;
            }
            drop(lines);
        }
    }

    private synchronized List<String> next() {
        return new ArrayList<>(waiting.stream().limit(LINES_PER_POST).toList());
    }

    /// Removes each line only if it is still the first, because the oldest may have been dropped in the meantime.
    private synchronized void drop(List<String> accepted) {
        for (String line : accepted) {
            if (line.equals(waiting.peekFirst())) {
                waiting.removeFirst();
            }
        }
    }

    private boolean accepts(List<String> lines) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(TIMEOUT)
                .header("Content-Type", "text/plain; charset=utf-8")
                .POST(BodyPublishers.ofString(String.join("\n", lines) + "\n"))
                .build();
        try {
            int status = client().send(request, BodyHandlers.discarding()).statusCode();
            if (status / 100 == 2) {
                return true;
            }
            LOG.warn("the checkpoint witness answered {}; its {} checkpoints are posted again", status, lines.size());
        } catch (IOException e) {
            LOG.warn("the checkpoint witness cannot be reached: {}", e.toString());
        }
        return false;
    }

    /// The HTTP client, which is created on first use because most servers have no witness.
    private HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            made = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
            client = made;
        }
        return made;
    }
}
