package dev.muster.security;

import dev.muster.model.credential.ActorRef;
import dev.muster.model.tenant.Realm;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Writes who signed in, who tried to, which credentials were refused and who read what is most sensitive: one line an
/// event, for the logger [#LOGGER]. `docs/operating.md` lists the events and their fields.
///
/// No line holds a secret or the clear text of a name that was tried: people type passwords into the wrong field.
/// Names are written as a keyed hash, so that attempts under one name can be counted and the name cannot be guessed
/// from the log.
///
/// A flood does not fill the disk: of one event, outcome and address (IPv6: /64 network) at most [#OF_SOURCE] lines are
/// written in a minute, and of one event and outcome [#OF_EVENT]. A summary line with their number follows for the
/// others.
///
/// An event costs its request one object in a queue; a thread of its own writes the lines. When the log cannot keep up,
/// lines are lost, and a line says how many. Thread-safe.
public final class SecurityLog implements AutoCloseable {
    public static final String LOGGER = "muster.security";

    /// Bytes of the key for the hashes of names.
    public static final int KEY_BYTES = 32;

    static final int OF_SOURCE = 20;
    static final int OF_EVENT = 600;
    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final int MOST_WAITING = 10_000;
    private static final int LONGEST_NAME = 255;
    private static final int HASH_BYTES = 12;
    private static final long PAUSE_NANOS = 50_000_000;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final Consumer<Entry> sink;
    private final InstantSource clock;
    private final ConcurrentLinkedQueue<Line> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger length = new AtomicInteger();
    private final LongAdder lost = new LongAdder();

    /// Used by the writing thread alone.
    private final LineLimit limit = new LineLimit(OF_SOURCE, OF_EVENT, PERIOD);

    private final Thread writer;
    private volatile boolean closing;

    /// Begins to write to the logger [#LOGGER].
    ///
    /// @param key for the hashes of names, [#KEY_BYTES] long; the same key makes the same hashes after a restart
    public SecurityLog(byte[] key, InstantSource clock) {
        this(key, clock, SecurityLog::log);
    }

    SecurityLog(byte[] key, InstantSource clock, Consumer<Entry> sink) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("the key has " + key.length + " bytes");
        }
        this.key = new SecretKeySpec(key, ALGORITHM);
        this.sink = sink;
        this.clock = clock;
        this.writer = Thread.ofPlatform().name("muster-security-log").daemon().start(this::write);
    }

    /// One line.
    ///
    /// @param at when it happened, a little before it is written
    /// @param fields in the order in which they are written
    record Entry(Instant at, String message, Map<String, Object> fields) {}

    private static void log(Entry entry) {
        LoggingEventBuilder line = LoggerFactory.getLogger(LOGGER).atInfo().addKeyValue("time", entry.at);
        for (Map.Entry<String, Object> field : entry.fields.entrySet()) {
            line = line.addKeyValue(field.getKey(), field.getValue());
        }
        line.log(entry.message);
    }

    /// What a client proved itself with, or tried to.
    enum Offered {
        API_KEY("api_key"),
        API_SECRET("api_secret"),
        ACCESS_TOKEN("access_token"),
        REFRESH_TOKEN("refresh_token"),
        ROOT_KEY("root_key"),
        SIGNATURE("signature"),
        UPLOAD_TOKEN("upload_token"),
        SESSION("session"),
        PASSWORD("sign_in");

        private final String event;

        Offered(String event) {
            this.event = event;
        }
    }

    private record Event(String name, String outcome) {}

    private static final String REFUSED = "refused";
    private static final Event SIGNED_IN = new Event("sign_in", "ok");
    private static final Event SIGN_IN_LIMITED = new Event("sign_in", "limited");
    private static final Event TOKENS_ISSUED = new Event("token_issue", "ok");
    private static final Event TOKENS_REFRESHED = new Event("token_refresh", "ok");
    private static final Event LIMITED = new Event("credential", "limited");
    private static final Event SIGNED_OUT = new Event("sign_out", "ok");
    private static final Event SIGNED_OUT_EVERYWHERE = new Event("sign_out_everywhere", "ok");
    private static final Event JOURNAL_EXPORTED = new Event("journal_export", "ok");
    private static final Event JOURNAL_READ = new Event("journal_read", "ok");
    private static final Event EVIDENCE_READ = new Event("evidence_read", "ok");
    private static final Event FORBIDDEN = new Event("permission", REFUSED);
    private static final Event FOREIGN_FORM = new Event("console_form", REFUSED);
    private static final Event LOST = new Event("log", "lost");

    private static final List<Event> EVENTS = Stream.concat(
                    Stream.of(
                            SIGNED_IN,
                            SIGN_IN_LIMITED,
                            TOKENS_ISSUED,
                            TOKENS_REFRESHED,
                            LIMITED,
                            SIGNED_OUT,
                            SIGNED_OUT_EVERYWHERE,
                            JOURNAL_EXPORTED,
                            JOURNAL_READ,
                            EVIDENCE_READ,
                            FORBIDDEN,
                            FOREIGN_FORM),
                    Arrays.stream(Offered.values()).map(offered -> new Event(offered.event, REFUSED)))
            .toList();

    /// How often each event has happened, whether it left a line or not.
    private final Map<Event, LongAdder> counts =
            EVENTS.stream().collect(Collectors.toUnmodifiableMap(event -> event, _ -> new LongAdder()));

    /// Counts the events as `muster.security.events`, by event and outcome.
    public void countIn(MeterRegistry meters) {
        counts.forEach((event, count) -> FunctionCounter.builder("muster.security.events", count, LongAdder::sum)
                .description("events of the security log, those that were suppressed or lost included")
                .tags("event", event.name, "outcome", event.outcome)
                .register(meters));
    }

    // Signing in.

    /// An operator gave the right password.
    void signedIn(Realm realm, ActorRef operator, String username, RemoteClient client) {
        add(SIGNED_IN, realm, operator, true, username, client);
    }

    /// A name and password were wrong.
    ///
    /// @param realm null for one that does not exist
    /// @param operator who has that name; null for nobody
    void signInRefused(@Nullable Realm realm, @Nullable ActorRef operator, String username, RemoteClient client) {
        add(new Event(Offered.PASSWORD.event, REFUSED), realm, operator, false, username, client);
    }

    /// A password was not even checked: too many attempts are under way, or have failed from that address.
    ///
    /// @param realm null where it was not looked up, or does not exist
    /// @param username null where it was not read
    void signInLimited(@Nullable Realm realm, @Nullable String username, RemoteClient client) {
        add(SIGN_IN_LIMITED, realm, null, false, username, client);
    }

    // Other credentials.

    /// Tokens were issued to a key against its secret, or to an operator who signed in where tokens are given.
    void tokensIssued(Realm realm, ActorRef holder, RemoteClient client) {
        add(TOKENS_ISSUED, realm, holder, true, null, client);
    }

    /// Tokens were renewed.
    void tokensRefreshed(Realm realm, ActorRef holder, RemoteClient client) {
        add(TOKENS_REFRESHED, realm, holder, true, null, client);
    }

    /// A credential was wrong, or is one no longer.
    ///
    /// @param realm which it names; null for none that exists
    /// @param claimed which key or operator it says it is of, proven or not; null where it says none
    /// @param name what else it names, such as a tenant; null for nothing
    void refused(
            Offered offered,
            @Nullable Realm realm,
            @Nullable ActorRef claimed,
            @Nullable String name,
            RemoteClient client) {
        add(new Event(offered.event, REFUSED), realm, claimed, false, name, client);
    }

    /// A credential was not looked at: too many have failed from that address.
    void limited(RemoteClient client) {
        add(LIMITED, null, null, false, null, client);
    }

    // What callers do.

    /// An operator ended one session.
    void signedOut(Caller caller, RemoteClient client) {
        add(SIGNED_OUT, caller, client);
    }

    /// An operator ended all of their sessions and tokens.
    void signedOutEverywhere(Caller caller, RemoteClient client) {
        add(SIGNED_OUT_EVERYWHERE, caller, client);
    }

    /// A realm's journal was exported.
    public void journalExported(Caller caller, RemoteClient client) {
        add(JOURNAL_EXPORTED, caller, client);
    }

    /// A page of a realm's journal was read, with at least one entry.
    public void journalRead(Caller caller, RemoteClient client) {
        add(JOURNAL_READ, caller, client);
    }

    /// A caller asked for what they are not allowed to.
    public void forbidden(Caller caller, RemoteClient client) {
        add(FORBIDDEN, caller, client);
    }

    /// A form for the console came from another site, or without the token that pages of the console have.
    ///
    /// @param caller whose cookie it was; null for the sign-in form
    public void foreignForm(@Nullable Caller caller, RemoteClient client) {
        add(
                FOREIGN_FORM,
                caller == null ? null : caller.realm(),
                caller == null ? null : caller.actor().ref(),
                caller != null,
                null,
                client);
    }

    /// The evidence of a job was read, or a picture of it.
    public void evidenceRead(Caller caller, RemoteClient client) {
        add(EVIDENCE_READ, caller, client);
    }

    private void add(Event event, Caller caller, RemoteClient client) {
        add(event, caller.realm(), caller.actor().ref(), true, null, client);
    }

    private void add(
            Event event,
            @Nullable Realm realm,
            @Nullable ActorRef credential,
            boolean proven,
            @Nullable String name,
            RemoteClient client) {
        Objects.requireNonNull(counts.get(event)).increment();
        if (length.getPlain() >= MOST_WAITING) {
            lost.increment();
            return;
        }
        length.getAndIncrement();
        String ref = credential == null ? null : Caller.text(credential);
        waiting.add(new Line(event, clock.instant(), realm, ref, proven, shortened(name), client));
    }

    /// @param credential as the journal writes an actor
    /// @param proven whether the credential is that of the client, and not only what it claims
    /// @param name in clear
    private record Line(
            Event event,
            Instant at,
            @Nullable Realm realm,
            @Nullable String credential,
            boolean proven,
            @Nullable String name,
            RemoteClient client) {}

    private static @Nullable String shortened(@Nullable String name) {
        return name == null || name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
    }

    /// Writes what is still waiting and what was suppressed, and ends. Called after the servers have stopped.
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(writer);
        try {
            writer.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // The writing thread.

    private void write() {
        while (true) {
            boolean last = closing;
            drain();
            long now = System.nanoTime();
            for (LineLimit.Suppressed suppressed : last ? limit.endAll(now) : limit.ended(now)) {
                sink.accept(summary(suppressed));
            }
            if (last) {
                return;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void drain() {
        int taken = 0;
        for (Line line = waiting.poll(); line != null; line = waiting.poll()) {
            taken++;
            LineLimit.Key source = new LineLimit.Key(
                    new LineLimit.Kind(line.event.name, line.event.outcome),
                    Network.narrowest(line.client.address()).toString(),
                    line.proven ? line.credential : null);
            if (limit.admits(source, System.nanoTime())) {
                sink.accept(entry(line));
            }
        }
        length.getAndAdd(-taken);
        long dropped = lost.sumThenReset();
        if (dropped > 0) {
            Map<String, Object> fields = fields(LOST.name, LOST.outcome);
            fields.put("count", dropped);
            sink.accept(entry(clock.instant(), fields));
        }
    }

    private Entry entry(Line line) {
        Map<String, Object> fields = fields(line.event.name, line.event.outcome);
        Realm realm = line.realm;
        if (realm != null) {
            fields.put("realm", Caller.text(realm));
        }
        if (line.credential != null) {
            fields.put("credential", line.credential);
        }
        if (line.name != null) {
            fields.put("nameHash", hash(line.name));
        }
        fields.put("address", text(line.client.address()));
        fields.put("requestId", line.client.requestId());
        return entry(line.at, fields);
    }

    private Entry summary(LineLimit.Suppressed suppressed) {
        LineLimit.Key source = suppressed.key();
        Map<String, Object> fields = fields(source.kind().event(), source.kind().outcome());
        if (source.credential() != null) {
            fields.put("credential", source.credential());
        }
        fields.put("address", source.source());
        fields.put("suppressed", suppressed.count());
        return entry(clock.instant(), fields);
    }

    private static Map<String, Object> fields(String event, String outcome) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("event", event);
        fields.put("outcome", outcome);
        return fields;
    }

    private static Entry entry(Instant at, Map<String, Object> fields) {
        return new Entry(at, fields.get("event") + " " + fields.get("outcome"), fields);
    }

    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    private String hash(String name) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] whole = mac.doFinal(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(whole, HASH_BYTES));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
