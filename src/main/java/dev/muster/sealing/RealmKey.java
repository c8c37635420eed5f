package dev.muster.sealing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// A realm's secrets, unwrapped: the realm key, from which the key of every person and every other key of the
/// realm is made, and the fingerprint secret, which is never rotated because fingerprints of a bar must match
/// for ever.
///
/// Keys are made by HKDF-SHA256 (RFC 5869): extracted once from the realm key with the salt `muster realm key
/// 1`, then expanded with an `info` of its own for each use: `person:`, `evidence:` or `job:` and the seed, `own:`,
/// `rows:`, `label:` and the label.
///
/// Immutable, for any number of threads. It cannot be turned into text; only [MasterKeys] turns it into bytes,
/// wrapped.
public final class RealmKey {
    /// Bytes in a person's seed.
    public static final int SEED_BYTES = 32;

    /// Bytes in a fingerprint: HMAC-SHA256, cut.
    public static final int FINGERPRINT_BYTES = 16;

    /// Bytes in the MAC of a journal entry: HMAC-SHA256, cut to 128 bits.
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

    /// Makes what the secrets give.
    ///
    /// @param secret 64 bytes: realm key, fingerprint secret
    /// @param sealsRows see [#sealsRows]
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

    /// The secrets of a new realm.
    ///
    /// @param random gives 64 bytes; a source fit for secrets, or a request's [ReplayableRandom]
    public static RealmKey create(long realm, RandomGenerator random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return new RealmKey(realm, secret, true);
    }

    public long realm() {
        return realm;
    }

    /// Whether the realm's rows of keys and operators have had their MACs, so that none without one is to be given one
    /// any more. False only for a realm that a version before MACs made, until its rows are sealed.
    public boolean sealsRows() {
        return sealsRows;
    }

    /// The same keys, which say from now on that the realm's rows have their MACs.
    public RealmKey sealingRows() {
        return new RealmKey(realm, secret, true);
    }

    /// A MAC over the bytes of a row: HMAC-SHA256 under a key of this realm that has no other use.
    ///
    /// @return 32 bytes
    public byte[] rowMac(byte[] row) {
        return rows.of(row);
    }

    /// The key of a user or operator. Destroying the seed destroys the key.
    ///
    /// @param seed 32 random bytes, kept in the person's row
    public SealingKey person(byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("a person's seed has 32 bytes, not " + seed.length);
        }
        return new SealingKey(expansion, joined(ascii("person:"), seed));
    }

    /// The key of one file of evidence. Whoever lacks the seed cannot open the file, so it is gone with
    /// whatever the seed was sealed with.
    ///
    /// @param seed 32 random bytes
    public SealingKey evidence(byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("a file's seed has 32 bytes, not " + seed.length);
        }
        return new SealingKey(expansion, joined(ascii("evidence:"), seed));
    }

    /// The key of a job: of its details and of what the journal holds of it. Destroying the seed destroys the key.
    ///
    /// @param seed 32 random bytes, kept in the job's row
    public SealingKey job(byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("a job's seed has 32 bytes, not " + seed.length);
        }
        return new SealingKey(expansion, joined(ascii("job:"), seed));
    }

    /// The realm's own key, for what is about no person, such as the secret of an API key.
    public SealingKey own() {
        return own;
    }

    /// 32 bytes of key for another use in this realm, always the same for the same label; `tokens` for the
    /// signing of tokens.
    public byte[] derive(String label) {
        return expansion.expand(joined(ascii("label:"), label.getBytes(StandardCharsets.UTF_8)), 32);
    }

    /// A keyed fingerprint: tells whether two texts of a kind are equal, in this realm only, and nothing else
    /// to whoever lacks the secret. It is HMAC-SHA256 over the kind's label and the text in UTF-8.
    ///
    /// @param text folded already, without unpaired surrogates
    /// @return 16 bytes
    public byte[] fingerprint(FingerprintKind kind, String text) {
        return Arrays.copyOf(fingerprints.of(kind.label(), text.getBytes(StandardCharsets.UTF_8)), FINGERPRINT_BYTES);
    }

    /// The MAC of a journal entry: only a holder of the realm key can make one. It survives the erasure of the person
    /// that the entry is about, unlike the entry's sealed part.
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
