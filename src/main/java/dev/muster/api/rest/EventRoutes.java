package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.LinkBuilder;
import dev.muster.api.RemoteClients;
import dev.muster.directory.events.EventPage;
import dev.muster.directory.events.EventQuery;
import dev.muster.directory.events.EventSubscription;
import dev.muster.directory.events.EventTypes;
import dev.muster.directory.events.EventWait;
import dev.muster.directory.events.Events;
import dev.muster.directory.events.Payload;
import dev.muster.directory.events.PublishedEvent;
import dev.muster.http.Reply;
import dev.muster.model.credential.Actor;
import dev.muster.security.Authenticator;
import dev.muster.security.RemoteClient;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Serves events, page by page or as a stream of server-sent events.
record EventRoutes(Events events, Authenticator authenticator) {
    private static final String AFTER = "after";
    private static final String HEAD = "head";
    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 1_000;
    private static final int MAX_WAIT_SECONDS = 30;
    private static final int MAX_TYPES = 64;

    Reply list(RestCall call) throws InterruptedException {
        RestFields in = call.input();
        EventQuery query = query(in, AFTER, in.parameter(AFTER));
        Long limit = in.integerParameter("limit", 1, MAX_LIMIT);
        Long wait = in.integerParameter("wait", 0, MAX_WAIT_SECONDS);
        in.check();
        int max = limit == null ? DEFAULT_LIMIT : limit.intValue();
        EventPage page = unlessRefused(events.page(call.actor(), call.realm(), query, max));
        if (page.events().isEmpty() && wait != null && wait > 0) {
            page = await(call, query.after(page.next()), max, Duration.ofSeconds(wait));
        }
        if (query.payload() == Payload.FULL && !page.events().isEmpty()) {
            authenticator.log().journalRead(call.caller(), RemoteClients.of(call.request()));
        }
        return Reply.json(200, json(page))
                .with("Link", "<" + nextLink(call, page) + ">; rel=\"next\"")
                .compressible();
    }

    /// Reads again whenever the journal has grown, until there are events or the wait is over. Checks the
    /// credential again each time, because it may have become invalid in the meantime.
    private EventPage await(RestCall call, EventQuery begin, int max, Duration wait) throws InterruptedException {
        long until = System.nanoTime() + wait.toNanos();
        try (EventWait waiting = unlessRefused(events.listen(call.actor(), call.realm(), begin))) {
            EventQuery query = begin;
            while (true) {
                EventPage page = unlessRefused(events.page(actor(call), call.realm(), query, max));
                Duration left = Duration.ofNanos(until - System.nanoTime());
                if (!page.events().isEmpty() || !left.isPositive()) {
                    return page;
                }
                long after = page.next();
                if (after < page.head()) {
                    query = query.after(after);
                } else {
                    if (!call.request().pauseRendering(() -> waiting.await(after, left))) {
                        return page;
                    }
                    query = query.after(waiting.position());
                }
            }
        }
    }

    private Actor actor(RestCall call) {
        return unlessRefused(
                        authenticator.recheck(call.request().header("Authorization"), RemoteClients.of(call.request())))
                .actor();
    }

    Reply stream(RestCall call) {
        RestFields in = call.input();
        String after = in.parameter(AFTER);
        String resumed = call.request().header(LAST_EVENT_ID);
        EventQuery query =
                resumed == null || resumed.isEmpty() ? query(in, AFTER, after) : query(in, LAST_EVENT_ID, resumed);
        in.check();
        Semaphore signal = new Semaphore(0);
        EventSubscription subscription =
                unlessRefused(events.subscribe(call.actor(), call.realm(), query, signal::release));
        if (query.payload() == Payload.FULL) {
            authenticator.log().journalRead(call.caller(), RemoteClients.of(call.request()));
        }
        String authorization = call.request().header("Authorization");
        RemoteClient client = RemoteClients.of(call.request());
        return Reply.live(
                        200,
                        EventStream.MEDIA_TYPE,
                        new EventStream(
                                subscription,
                                signal,
                                query.payload(),
                                () -> authenticator.recheck(authorization, client),
                                EventStream.SILENCE))
                // Without this header, nginx would hold events back until its buffer is full.
                .with("X-Accel-Buffering", "no");
    }

    /// @param field the parameter or header that contains `after`
    private static EventQuery query(RestFields in, String field, @Nullable String after) {
        EventTypes types = EventTypes.of(in.parameter("type"));
        boolean tooMany = types.patterns().size() > MAX_TYPES;
        String unknown = tooMany ? null : types.unknown();
        if (tooMany) {
            in.fault("type", "too_many", "At most " + MAX_TYPES + " types are expected.");
        }
        if (unknown != null) {
            in.fault(
                    "type",
                    "unknown_type",
                    "There are no events of the type " + unknown + ". " + EventTypes.suggestion(unknown));
        }
        Payload payload = in.choiceParameter("payload", List.of(Payload.values()), Payload::wireName);
        return new EventQuery(position(in, field, after), types, payload == null ? Payload.THIN : payload);
    }

    /// Parses a position; null for the end of the journal.
    private static @Nullable Long position(RestFields in, String field, @Nullable String after) {
        if (after == null) {
            return 0L;
        }
        if (after.equals(HEAD)) {
            return null;
        }
        if (after.length() > 18 || !after.chars().allMatch(c -> c >= '0' && c <= '9')) {
            in.fault(field, "not_a_position", "Must be the number of an entry, or head.");
            return null;
        }
        return Long.valueOf(after);
    }

    private static byte[] json(EventPage page) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        out.writeBytes(ascii("{\"items\":["));
        boolean first = true;
        for (PublishedEvent event : page.events()) {
            if (!first) {
                out.write(',');
            }
            first = false;
            out.writeBytes(event.json());
        }
        out.writeBytes(ascii("],\"page\":{\"next\":" + page.next() + ",\"head\":" + page.head() + "}}"));
        return out.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static LinkBuilder nextLink(RestCall call, EventPage page) {
        LinkBuilder link = new LinkBuilder(call.at(call.request().rawPath()));
        for (String name : call.request().queryNames()) {
            if (!name.equals(AFTER)) {
                link.with(name, call.request().query(name));
            }
        }
        return link.with(AFTER, Long.toString(page.next()));
    }
}
