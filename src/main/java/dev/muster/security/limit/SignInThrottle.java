package dev.muster.security.limit;

import dev.muster.network.AddressBlock;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Decides for which sign-ins the password is checked, and how long each must wait first.
///
/// Each failure makes further attempts for the same name, from any address, wait longer, up to four seconds. Attempts
/// are serialised by name and address, so guessing in parallel gains nothing.
///
/// Attackers must not be able to lock out the owner of a name. So the delay is bounded, and addresses that have been
/// used to sign in with the name before have reserved permits and no delay; addresses without recent failures have more
/// permits than those with recent failures. See docs/decisions/047-slowing-by-name-locks-nobody-out.md.
///
/// Thread-safe. Keeps a bounded number of names and addresses in memory.
public final class SignInThrottle {
    /// The number of attempts that may be in progress or waiting.
    static final int MAX_ATTEMPTS = 50;

    /// How many of the [#MAX_ATTEMPTS] permits are open to addresses that have not been used to sign in with the
    /// name before. The rest are reserved for addresses that have.
    static final int MAX_FROM_NEW_ADDRESSES = 40;

    /// How many of the [#MAX_FROM_NEW_ADDRESSES] permits are open to addresses with a recent failure.
    static final int MAX_AFTER_FAILURE = 20;

    /// How many attempts from addresses that have not been used to sign in with the name before may be in progress
    /// in one realm, so that an attack on one tenant leaves room for the others.
    static final int MAX_PER_REALM = 20;

    /// How many attempts for one name may be in progress from addresses with a recent failure.
    static final int MAX_PER_NAME = 5;

    /// How many attempts from one address may be in progress, whatever the names.
    static final int MAX_PER_ADDRESS = 4;

    private static final int MAX_REMEMBERED = 10_000;
    private static final Duration KNOWN_LIFETIME = Duration.ofDays(30);
    private static final Duration FAILURE_LIFETIME = Duration.ofMinutes(15);

    private final LongSupplier nanoTime;
    private final PasswordDelay backOff;
    private final LruMap<Origin, Long> signedInAt = new LruMap<>(MAX_REMEMBERED);
    private final LruMap<AddressBlock, Long> failedAt = new LruMap<>(MAX_REMEMBERED);
    private final List<Permit> inProgress = new ArrayList<>(MAX_ATTEMPTS);
    private volatile @Nullable Listener listener;

    /// Creates a throttle with no failures recorded.
    ///
    /// @param nanoTime a monotonic clock, such as `System::nanoTime`
    public SignInThrottle(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.backOff = new PasswordDelay(MAX_REMEMBERED, nanoTime);
    }

    /// The name used to sign in.
    ///
    /// @param realm the realm as text, such as `acme/test`, or as typed if it does not exist
    /// @param username the folded username
    public record Name(String realm, String username) {
        private static final int HASH_BYTES = 16;

        /// A hash of the name, in hexadecimal, by which servers refer to it.
        public String hash() {
            byte[] text = (realm.length() + " " + realm + username).getBytes(StandardCharsets.UTF_8);
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(text), 0, HASH_BYTES);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }

    /// Observes the results of this server's sign-ins, for other servers.
    public interface Listener {
        void failed(Name name);

        void succeeded(Name name);
    }

    private record Origin(Name name, AddressBlock network) {}

    private enum Trust {
        /// The address has been used to sign in with the name before.
        KNOWN,
        /// No sign-in from the address has failed recently.
        FRESH,
        FAILED
    }

    /// A permit for one attempt, released when closed.
    public final class Permit implements AutoCloseable {
        private final Name name;
        private final InetAddress address;
        private final AddressBlock network;
        private final Trust trust;
        private final Duration delay;

        private Permit(Name name, InetAddress address, Trust trust, Duration delay) {
            this.name = name;
            this.address = address;
            this.network = AddressBlock.of(address, AddressBlock.HOST);
            this.trust = trust;
            this.delay = delay;
        }

        /// How long to wait before checking the password; at most four seconds.
        public Duration delay() {
            return delay;
        }

        /// Records a wrong password.
        public void failed() {
            synchronized (SignInThrottle.this) {
                backOff.failed(name);
                failedAt.put(AddressBlock.of(address, AddressBlock.SITE), nanoTime.getAsLong());
            }
            Listener to = listener;
            if (to != null) {
                to.failed(name);
            }
        }

        /// Records a correct password.
        public void succeeded() {
            synchronized (SignInThrottle.this) {
                backOff.succeeded(name);
                signedInAt.put(new Origin(name, network), nanoTime.getAsLong());
            }
            Listener to = listener;
            if (to != null) {
                to.succeeded(name);
            }
        }

        @Override
        public void close() {
            synchronized (SignInThrottle.this) {
                inProgress.remove(this);
            }
        }
    }

    /// Has the results of sign-ins on this server reported, for other servers.
    public void tell(Listener to) {
        listener = to;
    }

    /// Counts wrong passwords that another server has checked.
    ///
    /// @param hash the name's hash
    /// @param failures how often it has failed there since it last succeeded; 0 after a correct password
    public synchronized void failedElsewhere(String hash, UUID server, long failures) {
        backOff.failedElsewhere(hash, server, failures);
    }

    /// Acquires a permit for an attempt; null if another attempt with the same name and address is in progress, or
    /// if too many attempts are in progress.
    public synchronized @Nullable Permit acquire(Name name, InetAddress address) {
        long now = nanoTime.getAsLong();
        boolean hasFailed = isWithin(FAILURE_LIFETIME, failedAt.get(AddressBlock.of(address, AddressBlock.SITE)), now);
        Trust trust = isWithin(
                        KNOWN_LIFETIME,
                        signedInAt.get(new Origin(name, AddressBlock.of(address, AddressBlock.HOST))),
                        now)
                ? Trust.KNOWN
                : hasFailed ? Trust.FAILED : Trust.FRESH;
        Duration delay = trust == Trust.KNOWN && !hasFailed ? Duration.ZERO : backOff.wait(name);
        Permit permit = new Permit(name, address, trust, delay);
        if (!hasRoom(permit)) {
            return null;
        }
        inProgress.add(permit);
        return permit;
    }

    private static boolean isWithin(Duration period, @Nullable Long atNanos, long now) {
        return atNanos != null && now - atNanos <= period.toNanos();
    }

    private boolean hasRoom(Permit permit) {
        int ofAddress = 0;
        int strangers = 0;
        int failures = 0;
        int ofRealm = 0;
        int ofName = 0;
        for (Permit other : inProgress) {
            boolean sameName = other.name.equals(permit.name);
            if (other.network.equals(permit.network)) {
                if (sameName) {
                    return false;
                }
                ofAddress++;
            }
            if (other.trust != Trust.KNOWN) {
                strangers++;
                ofRealm += other.name.realm.equals(permit.name.realm) ? 1 : 0;
            }
            if (other.trust == Trust.FAILED) {
                failures++;
                ofName += sameName ? 1 : 0;
            }
        }
        if (ofAddress >= MAX_PER_ADDRESS || inProgress.size() >= MAX_ATTEMPTS) {
            return false;
        }
        return switch (permit.trust) {
            case KNOWN -> true;
            case FRESH -> strangers < MAX_FROM_NEW_ADDRESSES && ofRealm < MAX_PER_REALM;
            case FAILED ->
                strangers < MAX_FROM_NEW_ADDRESSES
                        && ofRealm < MAX_PER_REALM
                        && failures < MAX_AFTER_FAILURE
                        && ofName < MAX_PER_NAME;
        };
    }

    /// The number of attempts in progress or waiting.
    synchronized int inProgress() {
        return inProgress.size();
    }
}
