package dev.muster.security.limit;

import dev.muster.network.AddressBlock;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Decides which sign-ins may have their password checked, and how long each waits first.
///
/// Each failure makes the next attempts under that name wait longer, up to four seconds, from any address.
/// Attempts are serialised by name and address, so guessing in parallel gains nothing.
///
/// Others must not be able to lock the owner of a name out. So the delay is bounded, and addresses that have
/// signed in under the name before have places of their own and no delay; those without recent failures take
/// precedence over those with. See docs/decisions/047-slowing-by-name-locks-nobody-out.md.
///
/// Thread-safe. Remembers a bounded number of names and addresses, until the server stops.
public final class SignInThrottle {
    /// Places for attempts under way or waiting.
    static final int ALL = 50;

    /// Of those, places for addresses that have not signed in under the name before. The rest is for those that
    /// have.
    static final int OF_STRANGERS = 40;

    /// Of those, places for addresses from which a sign-in has failed lately.
    static final int OF_FAILED = 20;

    /// Places of strangers in one realm, so that an attack on one tenant leaves room for the others.
    static final int OF_REALM = 20;

    /// Places under one name for addresses from which a sign-in has failed lately.
    static final int OF_NAME = 5;

    /// Places of one address, whatever the names.
    static final int OF_ADDRESS = 4;

    private static final int REMEMBERED = 10_000;
    private static final Duration KNOWN_FOR = Duration.ofDays(30);
    private static final Duration FAILED_FOR = Duration.ofMinutes(15);

    private final LongSupplier nanoTime;
    private final BackOff backOff;
    private final LruMap<Origin, Long> signedInAt = new LruMap<>(REMEMBERED);
    private final LruMap<AddressBlock, Long> failedAt = new LruMap<>(REMEMBERED);
    private final List<Turn> underWay = new ArrayList<>(ALL);

    /// Begins without any failure.
    ///
    /// @param nanoTime a clock that only goes forward, such as `System::nanoTime`
    public SignInThrottle(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.backOff = new BackOff(REMEMBERED, nanoTime);
    }

    /// The name under which somebody signs in.
    ///
    /// @param realm the realm's text, such as `acme/test`, as typed where there is no such realm
    /// @param username folded
    public record Name(String realm, String username) {}

    private record Origin(Name name, AddressBlock network) {}

    private enum Trust {
        /// The address has signed in under this name before.
        KNOWN,
        /// No sign-in from the address has failed lately.
        FRESH,
        FAILED
    }

    /// A place for one attempt, given back when closed.
    public final class Turn implements AutoCloseable {
        private final Name name;
        private final InetAddress address;
        private final AddressBlock network;
        private final Trust trust;
        private final Duration delay;

        private Turn(Name name, InetAddress address, Trust trust, Duration delay) {
            this.name = name;
            this.address = address;
            this.network = AddressBlock.of(address, AddressBlock.HOST);
            this.trust = trust;
            this.delay = delay;
        }

        /// How long the attempt has to wait before its password is checked; at most four seconds.
        public Duration delay() {
            return delay;
        }

        /// Notes that the password was wrong.
        public void failed() {
            synchronized (SignInThrottle.this) {
                backOff.failed(name);
                failedAt.put(AddressBlock.of(address, AddressBlock.SITE), nanoTime.getAsLong());
            }
        }

        /// Notes that the password was right.
        public void succeeded() {
            synchronized (SignInThrottle.this) {
                backOff.succeeded(name);
                signedInAt.put(new Origin(name, network), nanoTime.getAsLong());
            }
        }

        @Override
        public void close() {
            synchronized (SignInThrottle.this) {
                underWay.remove(this);
            }
        }
    }

    /// A place for an attempt, or null when there is none at present: another attempt under this name from this
    /// address is under way, or too many are.
    public synchronized @Nullable Turn enter(Name name, InetAddress address) {
        long now = nanoTime.getAsLong();
        boolean hasFailed = isWithin(FAILED_FOR, failedAt.get(AddressBlock.of(address, AddressBlock.SITE)), now);
        Trust trust =
                isWithin(KNOWN_FOR, signedInAt.get(new Origin(name, AddressBlock.of(address, AddressBlock.HOST))), now)
                        ? Trust.KNOWN
                        : hasFailed ? Trust.FAILED : Trust.FRESH;
        Duration delay = trust == Trust.KNOWN && !hasFailed ? Duration.ZERO : backOff.wait(name);
        Turn turn = new Turn(name, address, trust, delay);
        if (!hasRoom(turn)) {
            return null;
        }
        underWay.add(turn);
        return turn;
    }

    private static boolean isWithin(Duration period, @Nullable Long atNanos, long now) {
        return atNanos != null && now - atNanos <= period.toNanos();
    }

    private boolean hasRoom(Turn turn) {
        int ofAddress = 0;
        int strangers = 0;
        int failures = 0;
        int ofRealm = 0;
        int ofName = 0;
        for (Turn other : underWay) {
            boolean sameName = other.name.equals(turn.name);
            if (other.network.equals(turn.network)) {
                if (sameName) {
                    return false;
                }
                ofAddress++;
            }
            if (other.trust != Trust.KNOWN) {
                strangers++;
                ofRealm += other.name.realm.equals(turn.name.realm) ? 1 : 0;
            }
            if (other.trust == Trust.FAILED) {
                failures++;
                ofName += sameName ? 1 : 0;
            }
        }
        if (ofAddress >= OF_ADDRESS || underWay.size() >= ALL) {
            return false;
        }
        return switch (turn.trust) {
            case KNOWN -> true;
            case FRESH -> strangers < OF_STRANGERS && ofRealm < OF_REALM;
            case FAILED -> strangers < OF_STRANGERS && ofRealm < OF_REALM && failures < OF_FAILED && ofName < OF_NAME;
        };
    }

    /// How many attempts are under way or wait.
    synchronized int underWay() {
        return underWay.size();
    }
}
