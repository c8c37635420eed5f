package dev.muster.sealing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// A realm's unwrapped secrets: the realm key, from which all other keys of the realm are derived, and the fingerprint
/// secret, which is never rotated, because the fingerprints of bars must match forever.
///
/// Keys are derived with HKDF-SHA256 (RFC 5869). A pseudo-random key is extracted once from the realm key, with the
/// salt `muster realm key 1`, and then expanded with a separate `info` for each use: `person:`, `evidence:` or `job:`
/// followed by the seed; `own:`; `rows:`; or `label:` followed by the label.
///
/// Immutable and thread-safe. Only [MasterKeys] converts it to bytes, in wrapped form.
public final class RealmKey {
    /// The length of a seed in bytes.
    public static final int SEED_BYTES = 32;

    /// The length of a fingerprint, a truncated HMAC-SHA256, in bytes.
    public static final int FINGERPRINT_BYTES = 16;

    /// The length of a journal entry's MAC, an HMAC-SHA256 truncated to 128 bits, in bytes.
    public static final int JOURNAL_MAC_BYTES = 16;

    static final int SECRET_BYTES = 64;

    private final long realm;
    private final byte[] secret;
    private final Hmac expansion;
    private final Hmac fingerprints;
    private final Hmac rows;
    private final SealingKey own;
    private final Hmac journal;
    private final boolean sealsRows;

    /// Derives the keys.
    ///
    /// @param secret 64 bytes: the realm key, followed by the fingerprint secret
    /// @param sealsRows the value of [#sealsRows]
    RealmKey(long realm, byte[] secret, boolean sealsRows) {
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException("a realm has 64 secret bytes, not " + secret.length);
        }
        this.realm = realm;
        this.secret = secret.clone();
        this.expansion = Hmac.extract(ascii("muster realm key 1"), Arrays.copyOfRange(secret, 0, 32));
        this.fingerprints = new Hmac(Arrays.copyOfRange(secret, 32, 64));
        this.rows = new Hmac(expansion.expand(ascii("rows:"), Hmac.BYTES));
        this.own = new SealingKey(expansion, ascii("own:"));
        this.journal = new Hmac(derive("journal"));
        this.sealsRows = sealsRows;
    }

    /// Creates the secrets of a new realm.
    ///
    /// @param random a cryptographically secure source or a request's [ReplayableRandom], from which 64 bytes are
    ///     drawn
    public static RealmKey create(long realm, RandomGenerator random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return new RealmKey(realm, secret, true);
    }

    public long realm() {
        return realm;
    }

    /// Whether the realm's rows of keys and operators have MACs, so that a row without one must be forged. False
    /// only for a realm created by a version without MACs, until its rows have been given MACs.
    public boolean sealsRows() {
        return sealsRows;
    }

    /// Returns a copy that is marked as the key of a realm whose rows have MACs.
    public RealmKey sealingRows() {
        return new RealmKey(realm, secret, true);
    }

    /// Computes a MAC over the bytes of a row: HMAC-SHA256 with a key of this realm that has no other use.
    ///
    /// @return 32 bytes
    public byte[] rowMac(byte[] row) {
        return rows.of(row);
    }

    /// Derives the key of a user or operator. Destroying the seed destroys the key.
    ///
    /// @param seed 32 random bytes, kept in the person's row
    public SealingKey person(byte[] seed) {
        return ofSeed("person:", seed);
    }

    /// Derives the key of one evidence file. Destroying the seed destroys the key.
    ///
    /// @param seed 32 random bytes
    public SealingKey evidence(byte[] seed) {
        return ofSeed("evidence:", seed);
    }

    /// Derives the key of a job's details and of its journal entries. Destroying the seed destroys the key.
    ///
    /// @param seed 32 random bytes, kept in the job's row
    public SealingKey job(byte[] seed) {
        return ofSeed("job:", seed);
    }

    private SealingKey ofSeed(String label, byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("a seed has 32 bytes, not " + seed.length);
        }
        return new SealingKey(expansion, joined(ascii(label), seed));
    }

    /// The realm's own key, for values without personal data, such as the secret of an API key.
    public SealingKey own() {
        return own;
    }

    /// Derives a 32-byte key for another use in this realm, which the label identifies, such as `tokens`.
    public byte[] derive(String label) {
        return expansion.expand(joined(ascii("label:"), label.getBytes(StandardCharsets.UTF_8)), 32);
    }

    /// Computes a keyed fingerprint: HMAC-SHA256 over the kind's label and the text in UTF-8. To anyone without the
    /// secret, it reveals only whether two strings of the same kind in this realm are equal.
    ///
    /// @param text the text, which must be folded and contain no unpaired surrogates
    /// @return 16 bytes
    public byte[] fingerprint(FingerprintKind kind, String text) {
        return Arrays.copyOf(fingerprints.of(kind.label(), text.getBytes(StandardCharsets.UTF_8)), FINGERPRINT_BYTES);
    }

    /// Computes the MAC of a journal entry. Only a holder of the realm key can compute it. Unlike the entry's
    /// sealed part, it can still be checked after the person that the entry is about has been erased.
    ///
    /// @param previous the hash that the entry follows
    /// @param parts the entry's bytes before its MAC, in order
    /// @return 16 bytes
    public byte[] journalMac(byte[] previous, byte[]... parts) {
        byte[][] all = new byte[parts.length + 1][];
        all[0] = previous;
        System.arraycopy(parts, 0, all, 1, parts.length);
        return Arrays.copyOf(journal.of(all), JOURNAL_MAC_BYTES);
    }

    byte[] secret() {
        return secret.clone();
    }

    @Override
    public String toString() {
        return "RealmKey[realm=" + realm + "]";
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
