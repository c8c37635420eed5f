package dev.muster.api.rest;

import dev.muster.directory.events.EventSubscription;
import dev.muster.directory.events.Payload;
import dev.muster.directory.events.PublishedEvent;
import dev.muster.http.LiveClient;
import dev.muster.http.LiveContent;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Scope;
import dev.muster.security.Caller;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Sends events to one client as server-sent events (the `EventSource` of the HTML standard).
///
/// The `id` of an event is the number of its journal entry, which is the position after which a client can continue. If
/// an entry has two events, only the second one has an `id`, so a client whose connection breaks between them gets both
/// again.
final class EventStream implements LiveContent {
    static final String MEDIA_TYPE = "text/event-stream";

    private static final int RETRY_MILLIS = 3_000;

    /// How long the stream may be silent, which is shorter than the idle timeout of common proxies.
    static final Duration SILENCE = Duration.ofSeconds(15);

    /// The interval at which the credential is checked while there are no events.
    private static final Duration CHECK = Duration.ofSeconds(1);

    private static final int CHUNK_BYTES = 32 << 10;

    private final EventSubscription subscription;
    private final Semaphore signal;
    private final Payload payload;
    private final Supplier<Result<Caller>> proof;
    private final Duration silence;
    private ByteArrayOutputStream chunk = new ByteArrayOutputStream(128);
    private long lastSent;

    /// @param signal a semaphore that is released when there are more events to send
    /// @param proof a function that authenticates the caller again
    /// @param silence the maximum time without sending anything
    EventStream(
            EventSubscription subscription,
            Semaphore signal,
            Payload payload,
            Supplier<Result<Caller>> proof,
            Duration silence) {
        this.subscription = subscription;
        this.signal = signal;
        this.payload = payload;
        this.proof = proof;
        this.silence = silence;
        this.lastSent = subscription.position();
    }

    @Override
    public void sendTo(LiveClient client) throws IOException, InterruptedException {
        client.onEnd(signal::release);
        // The position is sent first, so that even a client that began at the end of the journal can resume if its
        // connection breaks before the first event.
        write("retry: " + RETRY_MILLIS + "\nid: " + lastSent + "\nevent: stream.started\ndata: {\"after\":" + lastSent
                + "}\n\n");
        flush(client);
        long spoke = System.nanoTime();
        while (!client.isOver()) {
            long before = subscription.position();
            Result<List<PublishedEvent>> next = proof.get().then(this::next);
            if (next instanceof Result.Ok<List<PublishedEvent>>(var events) && !events.isEmpty()) {
                send(events, client);
                spoke = System.nanoTime();
                continue;
            }
            if (next instanceof Result.Refused<List<PublishedEvent>>(var refusal)
                    && !(refusal instanceof Refusal.TryAgain && subscription.isHere())) {
                return;
            }
            if (System.nanoTime() - spoke >= silence.toNanos()) {
                sendComment(client);
                spoke = System.nanoTime();
            }
            boolean movedOn = subscription.position() > before;
            if (!movedOn && signal.tryAcquire(CHECK.toNanos(), TimeUnit.NANOSECONDS)) {
                signal.drainPermits();
            }
        }
    }

    /// The next events if the credential still has the required scopes; otherwise the refusal.
    private Result<List<PublishedEvent>> next(Caller caller) {
        Scope lacked = !caller.actor().may(Scope.EVENTS_READ)
                ? Scope.EVENTS_READ
                : payload == Payload.FULL && !caller.actor().may(Scope.JOURNAL_READ) ? Scope.JOURNAL_READ : null;
        return lacked == null ? subscription.next() : Result.refused(Refusal.Forbidden.to(caller.actor(), lacked));
    }

    private void send(List<PublishedEvent> events, LiveClient client) throws IOException {
        for (int i = 0; i < events.size(); i++) {
            PublishedEvent event = events.get(i);
            boolean lastOfEntry = i + 1 == events.size() || events.get(i + 1).seq() != event.seq();
            if (lastOfEntry) {
                lastSent = event.seq();
                write("id: " + lastSent + "\n");
            }
            write("event: " + event.type() + "\ndata: ");
            chunk.writeBytes(event.json());
            write("\n\n");
            if (chunk.size() >= CHUNK_BYTES) {
                flush(client);
            }
        }
        flush(client);
    }

    /// Sends a comment to keep the connection open, and the position if entries that do not match have been
    /// skipped.
    private void sendComment(LiveClient client) throws IOException {
        write(":\n");
        if (subscription.position() > lastSent) {
            lastSent = subscription.position();
            write("id: " + lastSent + "\n");
        }
        write("\n");
        flush(client);
    }

    private void write(String text) {
        chunk.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void flush(LiveClient client) throws IOException {
        if (chunk.size() > 0) {
            client.send(chunk.toByteArray());
            // The buffer is replaced rather than reset, because a reset would keep a large array in each idle stream.
            chunk = new ByteArrayOutputStream(128);
        }
    }

    @Override
    public void close() {
        subscription.close();
    }
}
