package dev.muster.directory.delivery;

import dev.muster.directory.keys.ReadClock;
import dev.muster.outgoing.CallableUrls;
import dev.muster.outgoing.OutgoingFailure;
import dev.muster.outgoing.OutgoingHttp;
import dev.muster.outgoing.OutgoingReply;
import dev.muster.outgoing.OutgoingRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Posts messages to URLs that tenants chose, and classifies the responses. The caller decides whether, when and how
/// often a message is posted. Thread-safe.
public final class Courier {
    private static final byte[] NOTHING = {};

    /// The setting of the server that permits `http`.
    private static final String PLAIN_OPTION = "--webhook-http";

    private final OutgoingHttp http;
    private final CallableUrls urls;
    private final ReadClock now;
    private final Map<DeliveryOutcome, LongAdder> counts = new EnumMap<>(DeliveryOutcome.class);

    public Courier(OutgoingHttp http, CallableUrls urls, ReadClock now) {
        this.http = http;
        this.urls = urls;
        this.now = now;
        for (DeliveryOutcome outcome : DeliveryOutcome.values()) {
            counts.put(outcome, new LongAdder());
        }
    }

    /// Posts a message, and waits for the response.
    public DeliveryAttempt post(OutgoingRequest message) {
        Instant at = now.instant();
        long began = System.nanoTime();
        CallableUrls.Problem problem = urls.problem(message.url());
        DeliveryAttempt attempt;
        if (problem != null) {
            attempt = failed(at, 0, "the URL " + problem.text() + permittedBy(problem));
        } else {
            try {
                attempt = answered(at, began, http.send(message));
            } catch (OutgoingFailure e) {
                attempt = failed(at, millisSince(began), e.kind().text() + permittedBy(e.kind()));
            }
        }
        counter(attempt.outcome()).increment();
        return attempt;
    }

    /// The setting of the server that would permit a URL, as the end of a message; empty if none would.
    private String permittedBy(CallableUrls.Problem problem) {
        return switch (problem) {
            case ADDRESS -> addressesPermittedBy();
            case NOT_HTTPS -> urls.plainHttp() ? "" : "; the server's setting " + PLAIN_OPTION + " permits http too";
            case MALFORMED, USER_INFO, FRAGMENT -> "";
        };
    }

    /// The same for a name that cannot be resolved and for one whose addresses are private, as in [OutgoingFailure].
    private String permittedBy(OutgoingFailure.Kind kind) {
        return switch (kind) {
            case FORBIDDEN, UNKNOWN_HOST -> addressesPermittedBy();
            case UNREACHABLE, REFUSED, TLS, TIMED_OUT, BROKEN -> "";
        };
    }

    private String addressesPermittedBy() {
        return "; the server's setting " + urls.addresses().option() + " permits private ones";
    }

    private static DeliveryAttempt failed(Instant at, long millis, String error) {
        return new DeliveryAttempt(at, millis, DeliveryOutcome.FAILED, null, error, NOTHING, null);
    }

    private static DeliveryAttempt answered(Instant at, long began, OutgoingReply reply) {
        return new DeliveryAttempt(
                at,
                millisSince(began),
                DeliveryOutcome.of(reply.status()),
                reply.status(),
                null,
                reply.body(),
                reply.retryAfter() == null ? null : wait(reply.retryAfter(), at));
    }

    /// Parses a `Retry-After` header: a number of seconds or a date. Returns null if it is neither.
    static @Nullable Duration wait(String retryAfter, Instant at) {
        String text = retryAfter.strip();
        try {
            return text.matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(text))
                    : Duration.between(
                            at,
                            ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    /// The number of attempts with this outcome since the server started.
    public long count(DeliveryOutcome outcome) {
        return counter(outcome).sum();
    }

    private LongAdder counter(DeliveryOutcome outcome) {
        return Objects.requireNonNull(counts.get(outcome));
    }
}
