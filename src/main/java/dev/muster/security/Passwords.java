package dev.muster.security;

import dev.muster.directory.keys.PlatformThread;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/// Hashes operators' passwords with argon2id (RFC 9106), with one lane, over the UTF-8 of the password in NFC. A hash
/// is stored as a PHC string, here with [Cost#OWASP]:
///
/// `$argon2id$v=19$m=19456,t=2,p=1$<salt, 16 bytes>$<hash, 32 bytes>`, with salt and hash in Base64 without padding.
///
/// A computation takes tens of milliseconds and 19 MiB, so at most two run at a time and the others queue.
/// `SignInThrottle` limits queued sign-ins. At most sixteen new passwords are queued, four per realm; further ones are
/// refused as busy.
///
/// Thread-safe. The whole server shares one instance.
public final class Passwords {
    /// The result of checking a password.
    public enum CheckResult {
        MATCHES,
        DIFFERS,
        /// The password was not checked, because the server is stopping.
        BUSY
    }

    /// The cost of one computation.
    ///
    /// @param memoryKib the memory in KiB, at least 8
    /// @param passes the number of passes over the memory
    public record Cost(int memoryKib, int passes) {
        /// The minimum of OWASP's password storage cheat sheet: 19 MiB and two passes.
        public static final Cost OWASP = new Cost(19_456, 2);
    }

    private static final int MAX_CONCURRENT = 2;
    private static final int MAX_WAITING = 16;
    private static final int MAX_WAITING_PER_REALM = MAX_WAITING / 4;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private final Cost cost;

    /// The start of a PHC string with this cost.
    private final String start;

    private final Semaphore permits = new Semaphore(MAX_CONCURRENT, true);
    private final AtomicLong computations = new AtomicLong();

    /// The realm of each queued new password. Guarded by itself.
    private final List<Long> waiting = new ArrayList<>(MAX_WAITING);

    /// A dummy that is checked for unknown names, so that they take the same time.
    private final Stored dummy;

    /// Generates the dummy hash.
    ///
    /// @param cost the cost of each computation; stored hashes must have the same cost
    /// @param random a cryptographically secure source, from which 48 bytes are taken
    public Passwords(Cost cost, RandomGenerator random) {
        this.cost = cost;
        this.start = "$argon2id$v=19$m=" + cost.memoryKib + ",t=" + cost.passes + ",p=1$";
        this.dummy = new Stored(randomBytes(random, SALT_BYTES), randomBytes(random, HASH_BYTES));
    }

    /// Hashes a new password.
    ///
    /// @param realm the operator's realm; each realm may queue a few passwords
    /// @param random the source of the salt, from which 16 bytes are taken
    /// @return the PHC string to store, or empty if too many passwords are queued
    public Optional<String> hash(long realm, String password, RandomGenerator random) {
        byte[] salt = randomBytes(random, SALT_BYTES);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return computed(realm, password, salt)
                .map(hash -> start + base64.encodeToString(salt) + "$" + base64.encodeToString(hash));
    }

    /// Checks a password. The check takes the same time for an unknown name.
    ///
    /// @param stored the PHC string; null if there is no such operator, in which case the result is
    ///     [CheckResult#DIFFERS]
    /// @throws IllegalArgumentException if `stored` is not a PHC string with this cost
    public CheckResult verify(@Nullable String stored, String password) {
        Stored known = stored == null ? dummy : parsed(stored);
        return computed(null, password, known.salt)
                .map(hash -> MessageDigest.isEqual(hash, known.hash) && stored != null
                        ? CheckResult.MATCHES
                        : CheckResult.DIFFERS)
                .orElse(CheckResult.BUSY);
    }

    /// The number of queued sign-ins and new passwords.
    public int waiting() {
        return permits.getQueueLength();
    }

    /// The number of argon2id computations so far.
    public long computations() {
        return computations.get();
    }

    /// @param realm the realm of a new password; null for a check, whose queue is not limited here
    private Optional<byte[]> computed(@Nullable Long realm, String password, byte[] salt) {
        try {
            if (!acquirePermit(realm)) {
                return Optional.empty();
            }
            try {
                return Optional.of(PlatformThread.call("argon2id", () -> argon2id(password, salt)));
            } finally {
                permits.release();
            }
        } catch (InterruptedException e) {
            // The server is stopping, or the request was cancelled.
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /// Acquires a permit.
    ///
    /// @return false if too many new passwords are queued
    private boolean acquirePermit(@Nullable Long realm) throws InterruptedException {
        if (realm == null) {
            permits.acquire();
            return true;
        }
        // Unlike tryAcquire(), this respects fairness.
        if (permits.tryAcquire(0, TimeUnit.NANOSECONDS)) {
            return true;
        }
        synchronized (waiting) {
            if (waiting.size() >= MAX_WAITING || Collections.frequency(waiting, realm) >= MAX_WAITING_PER_REALM) {
                return false;
            }
            waiting.add(realm);
        }
        try {
            permits.acquire();
            return true;
        } finally {
            synchronized (waiting) {
                waiting.remove(realm);
            }
        }
    }

    private byte[] argon2id(String password, byte[] salt) {
        computations.incrementAndGet();
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKib)
                .withIterations(cost.passes)
                .withParallelism(1)
                .withSalt(salt)
                .build());
        byte[] hash = new byte[HASH_BYTES];
        // The password is normalised, since keyboards encode accented letters differently.
        String composed = Normalizer.normalize(password, Normalizer.Form.NFC);
        generator.generateBytes(composed.getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }

    private Stored parsed(String stored) {
        int end = stored.indexOf('$', start.length());
        if (stored.startsWith(start) && end > 0) {
            byte[] salt = Base64.getDecoder().decode(stored.substring(start.length(), end));
            byte[] hash = Base64.getDecoder().decode(stored.substring(end + 1));
            if (salt.length == SALT_BYTES && hash.length == HASH_BYTES) {
                return new Stored(salt, hash);
            }
        }
        throw new IllegalArgumentException("a stored password is not a PHC string that starts with " + start);
    }

    private static byte[] randomBytes(RandomGenerator random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private record Stored(byte[] salt, byte[] hash) {}
}
