package dev.muster.security;

import dev.muster.logging.LogQueue;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.tenant.Realm;
import dev.muster.network.AddressBlock;
import dev.muster.sealing.Hmac;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Logs sign-ins, refused credentials, and reads of the most sensitive data, one line per event, to the
/// logger [#LOGGER]. `docs/operating.md` lists the events and their fields.
///
/// No line contains a secret. Names are written as a keyed hash, because people type passwords into the wrong
/// field: attempts under one name can be counted, but the name cannot be guessed.
///
/// Each minute, at most [#MAX_PER_SOURCE] lines are written for one event, outcome and address (IPv6: /64 network), and
/// [#MAX_PER_EVENT] for one event and outcome; a summary line gives the number of suppressed lines. If the log cannot
/// keep up, lines are lost, and another line gives their number. Thread-safe.
public final class SecurityLog implements AutoCloseable {
    public static final String LOGGER = "muster.security";

    /// The length of the key for the hashes of names, in bytes.
    public static final int KEY_BYTES = 32;

    static final int MAX_PER_SOURCE = 20;
    static final int MAX_PER_EVENT = 600;
    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final int MAX_WAITING = 10_000;
    private static final int MAX_NAME_LENGTH = 255;
    private static final int HASH_BYTES = 12;

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    private final Hmac nameHash;
    private final InstantSource clock;
    private final LogQueue<Line> queue = new LogQueue<>("muster-security-log", MAX_WAITING, new Lines());

    /// How often each event has occurred, including events whose line was suppressed or lost.
    private final Map<SecurityEvent, LongAdder> counts = new EnumMap<>(SecurityEvent.class);

    /// @param key the key for the hashes of names, [#KEY_BYTES] long; it must stay the same after a restart
    public SecurityLog(byte[] key, InstantSource clock) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("the key has " + key.length + " bytes");
        }
        this.nameHash = new Hmac(key);
        this.clock = clock;
        for (SecurityEvent event : SecurityEvent.values()) {
            counts.put(event, new LongAdder());
        }
        queue.start();
    }

    /// Registers the metric `muster.security.events`, by event and outcome.
    public void countIn(MeterRegistry meters) {
        counts.forEach((event, count) -> FunctionCounter.builder("muster.security.events", count, LongAdder::sum)
                .description("events of the security log, those that were suppressed or lost included")
                .tags("event", event.event, "outcome", event.outcome)
                .register(meters));
    }

    /// Logs that a realm's journal was exported.
    public void journalExported(Caller caller, RemoteClient client) {
        add(SecurityEvent.JOURNAL_EXPORTED, caller, client);
    }

    /// Logs that a list of users was exported.
    public void usersExported(Caller caller, RemoteClient client) {
        add(SecurityEvent.USERS_EXPORTED, caller, client);
    }

    /// Logs that a page of a realm's journal was read. Not called for an empty page.
    public void journalRead(Caller caller, RemoteClient client) {
        add(SecurityEvent.JOURNAL_READ, caller, client);
    }

    /// Logs that the evidence of a job, or a picture in it, was read.
    public void evidenceRead(Caller caller, RemoteClient client) {
        add(SecurityEvent.EVIDENCE_READ, caller, client);
    }

    /// Logs that a caller lacked a permission.
    public void forbidden(Caller caller, RemoteClient client) {
        add(SecurityEvent.FORBIDDEN, caller, client);
    }

    /// Logs that a console form came from another site, or without a valid CSRF token.
    ///
    /// @param caller the cookie's owner; null for the sign-in form
    public void foreignForm(@Nullable Caller caller, RemoteClient client) {
        if (caller == null) {
            add(SecurityEvent.FOREIGN_FORM, null, null, null, client);
        } else {
            add(SecurityEvent.FOREIGN_FORM, caller, client);
        }
    }

    /// Logs an event of an authenticated caller.
    void add(SecurityEvent event, Caller caller, RemoteClient client) {
        add(event, caller.realm(), caller.actor().ref(), true, null, client);
    }

    /// Logs an event of an unauthenticated client.
    ///
    /// @param realm the realm that the credential names; null if it does not exist
    /// @param claimed the key or operator that the credential names; null if it names none
    /// @param name any other name in the credential, in plain text, such as a tenant or username; null if
    ///     there is none
    void add(
            SecurityEvent event,
            @Nullable Realm realm,
            @Nullable ActorRef claimed,
            @Nullable String name,
            RemoteClient client) {
        add(event, realm, claimed, false, name, client);
    }

    /// Logs that an operator proved their identity with a password or passkey.
    void passwordGiven(SecurityEvent event, Caller operator, String username, RemoteClient client) {
        add(event, operator.realm(), operator.actor().ref(), true, username, client);
    }

    /// Logs that an operator signed in through an identity provider.
    void ssoSignedIn(Caller operator, String username, RemoteClient client) {
        add(SecurityEvent.SSO_SIGNED_IN, operator.realm(), operator.actor().ref(), true, username, client);
    }

    private void add(
            SecurityEvent event,
            @Nullable Realm realm,
            @Nullable ActorRef credential,
            boolean proven,
            @Nullable String name,
            RemoteClient client) {
        Objects.requireNonNull(counts.get(event)).increment();
        String ref = credential == null ? null : Caller.text(credential);
        String shortened = name == null || name.length() <= MAX_NAME_LENGTH ? name : name.substring(0, MAX_NAME_LENGTH);
        queue.add(new Line(event, clock.instant(), realm, ref, proven, shortened, client));
    }

    /// @param credential the credential, in the journal's notation for actors
    /// @param proven whether the credential was authenticated rather than only claimed
    /// @param name the name in plain text
    private record Line(
            SecurityEvent event,
            Instant at,
            @Nullable Realm realm,
            @Nullable String credential,
            boolean proven,
            @Nullable String name,
            RemoteClient client) {}

    /// Writes the queued lines and the summaries. Called after the servers have stopped.
    @Override
    public void close() {
        queue.close();
    }

    private final class Lines implements LogQueue.Writer<Line> {

        private final LineLimit limit = new LineLimit(MAX_PER_SOURCE, MAX_PER_EVENT, PERIOD);

        @Override
        public void write(Line line) {
            LineLimit.Key source = new LineLimit.Key(
                    line.event,
                    AddressBlock.of(line.client.address(), AddressBlock.HOST).toString(),
                    line.proven ? line.credential : null);
            if (!limit.admits(source, System.nanoTime())) {
                return;
            }
            LoggingEventBuilder fields = fields(line.at, line.event.event, line.event.outcome);
            if (line.realm != null) {
                fields = fields.addKeyValue("realm", Caller.text(line.realm));
            }
            if (line.credential != null) {
                fields = fields.addKeyValue("credential", line.credential);
            }
            if (line.name != null) {
                fields = fields.addKeyValue("nameHash", hash(line.name));
            }
            fields.addKeyValue("address", line.client.addressText())
                    .addKeyValue("requestId", line.client.requestId())
                    .log();
        }

        @Override
        public void drained(boolean last) {
            long lost = queue.dropped().sumThenReset();
            if (lost > 0) {
                fields(clock.instant(), "log", "lost")
                        .addKeyValue("count", lost)
                        .log();
            }
            for (LineLimit.Suppressed suppressed : limit.ended(System.nanoTime(), last)) {
                LineLimit.Key source = suppressed.key();
                LoggingEventBuilder fields = fields(clock.instant(), source.event().event, source.event().outcome);
                if (source.credential() != null) {
                    fields = fields.addKeyValue("credential", source.credential());
                }
                fields.addKeyValue("address", source.source())
                        .addKeyValue("suppressed", suppressed.count())
                        .log();
            }
        }

        /// Starts a line with the fields that every line has.
        ///
        /// @param at the time of the event, not the time of writing
        private static LoggingEventBuilder fields(Instant at, String event, String outcome) {
            return LOG.atInfo()
                    .setMessage(event + " " + outcome)
                    .addKeyValue("time", at)
                    .addKeyValue("event", event)
                    .addKeyValue("outcome", outcome);
        }

        private String hash(String name) {
            return HexFormat.of().formatHex(nameHash.of(name.getBytes(StandardCharsets.UTF_8)), 0, HASH_BYTES);
        }
    }
}
