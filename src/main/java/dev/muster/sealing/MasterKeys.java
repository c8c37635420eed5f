package dev.muster.sealing;

import dev.muster.model.value.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/// The master keys that are loaded. The first seals, every one of them unwraps; so a master key is rotated by
/// putting a new one first, wrapping every realm's row again with [#rewrap], and then taking the old one away.
///
/// Their textual form, in a file or in the configuration, is lines: a line is the Base64 (RFC 4648, padded) of
/// 32 random bytes, or is blank, or begins with `#`. The first key is the current one. A key's **id** is the
/// first 8 bytes of `SHA-256("muster master key" || key)`, written as 16 hexadecimal digits; it is no secret.
///
/// A wrapped realm key is 103 bytes: the format byte `01`, the id of the master key (8), and as a [Sealer] seals them
/// for [SealingContext.RealmRow] the 64 secret bytes of the realm and a byte `01`, which says that the realm's rows
/// have their
/// MACs ([RealmKey#sealsRows]). That byte is missing in what a version before MACs wrapped. It is inside the sealed
/// value so that nobody who can only write to the database can take it away.
///
/// Immutable, for any number of threads.
public final class MasterKeys {
    private static final byte FORMAT = 1;
    private static final int KEY_BYTES = 32;
    private static final int ID_BYTES = 8;
    private static final int SEALED_AT = 1 + ID_BYTES;
    private static final int UNMARKED_BYTES = SEALED_AT + RealmKey.SECRET_BYTES + Sealer.OVERHEAD_BYTES;
    private static final int MARKED_BYTES = UNMARKED_BYTES + 1;
    private static final byte SEALS_ROWS = 1;

    private final SequencedMap<Long, SealingKey> keys;
    private final long current;

    private MasterKeys(SequencedMap<Long, SealingKey> keys) {
        this.keys = keys;
        this.current = keys.firstEntry().getKey();
    }

    /// Reads the keys of a file.
    ///
    /// @throws KeyUnavailableException when the file is missing, can be reached by others than its owner (its
    ///     mode must be 0600 or stricter), or holds something else than at least one key
    public static MasterKeys load(Path file) {
        return parse(SecretFile.read(file), file.toString());
    }

    /// Reads the keys of a text.
    ///
    /// @param source what messages call it: the name of a file or of a setting
    /// @throws KeyUnavailableException when it holds something else than at least one key, or one key twice
    public static MasterKeys parse(String text, String source) {
        SequencedMap<Long, SealingKey> keys = new LinkedHashMap<>();
        List<String> lines = text.lines().map(String::strip).toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            byte[] key = decoded(line, source, i + 1);
            if (keys.putIfAbsent(id(key), sealingKey(key)) != null) {
                throw new KeyUnavailableException(
                        source + ", line " + (i + 1) + ": this master key stands there twice");
            }
        }
        if (keys.isEmpty()) {
            throw new KeyUnavailableException(source + " holds no master key");
        }
        return new MasterKeys(keys);
    }

    /// Makes a file with one new key, with mode 0600 from its first moment and synced to disk, and loads it.
    ///
    /// @param random a source fit for secrets
    /// @throws KeyUnavailableException when the file exists or cannot be written
    public static MasterKeys createFile(Path file, RandomGenerator random) {
        SecretFile.create(file, newLine(random));
        return load(file);
    }

    /// Puts a new key before the others of the file, in one step (written beside it, synced, renamed), and
    /// loads it. Comments and the older keys stay as they are.
    ///
    /// @param random a source fit for secrets
    /// @throws KeyUnavailableException when the file could not be loaded or cannot be rewritten, or another
    ///     rotation is under way; the file is then as it was
    public static MasterKeys rotateFile(Path file, RandomGenerator random) {
        SecretFile.replace(file, text -> {
            String rotated = newLine(random) + text;
            parse(rotated, file.toString());
            return rotated;
        });
        return load(file);
    }

    /// The id of the key that seals.
    public String currentId() {
        return HexFormat.of().toHexDigits(current);
    }

    /// The ids of all loaded keys, the current one first.
    public List<String> ids() {
        return keys.keySet().stream().map(HexFormat.of()::toHexDigits).toList();
    }

    /// Wraps a realm's secrets under the current key.
    ///
    /// @param random gives 12 bytes; a source fit for secrets, or a request's [ReplayableRandom]
    /// @return 103 bytes, for the realm's row; 102 where its rows have no MACs yet
    public byte[] wrap(RealmKey key, RandomGenerator random) {
        SealingKey sealing = keys.firstEntry().getValue();
        byte[] secret = key.secret();
        if (key.sealsRows()) {
            secret = Arrays.copyOf(secret, secret.length + 1);
            secret[secret.length - 1] = SEALS_ROWS;
        }
        byte[] sealed = new Sealer().seal(sealing, new SealingContext.RealmRow(key.realm(), current), random, secret);
        return ByteBuffer.allocate(SEALED_AT + sealed.length)
                .put(FORMAT)
                .putLong(current)
                .put(sealed)
                .array();
    }

    /// Unwraps a realm's secrets, under whichever loaded key wrapped them.
    ///
    /// @throws KeyUnavailableException when that key is not loaded; the message names its id
    /// @throws TamperedException when these bytes were not wrapped for this realm
    public RealmKey unwrap(long realm, byte[] wrapped) {
        long id = wrappingKey(realm, wrapped);
        SealingKey key = keys.get(id);
        if (key == null) {
            throw new KeyUnavailableException("the key of realm " + realm + " is wrapped by master key "
                    + HexFormat.of().toHexDigits(id) + ", which is not loaded");
        }
        byte[] sealed = Arrays.copyOfRange(wrapped, SEALED_AT, wrapped.length);
        byte[] secret = new Sealer().open(key, new SealingContext.RealmRow(realm, id), sealed);
        return new RealmKey(realm, Arrays.copyOf(secret, RealmKey.SECRET_BYTES), marked(wrapped));
    }

    /// Whether these bytes were wrapped for a realm whose rows have their MACs. To be believed only of bytes that
    /// [#unwrap] takes.
    public static boolean marked(byte[] wrapped) {
        return wrapped.length == MARKED_BYTES;
    }

    /// Wraps a realm's secrets again if it was not the current key that wrapped them.
    ///
    /// @param random gives 12 bytes; a source fit for secrets
    /// @return the new bytes for the realm's row, or empty when there is nothing to do
    /// @throws KeyUnavailableException as [#unwrap] does
    /// @throws TamperedException as [#unwrap] does
    public Optional<byte[]> rewrap(long realm, byte[] wrapped, RandomGenerator random) {
        RealmKey key = unwrap(realm, wrapped);
        return wrappingKey(realm, wrapped) == current ? Optional.empty() : Optional.of(wrap(key, random));
    }

    /// The id of the master key that wrapped a realm's secrets, loaded or not: so a rotation knows what is left
    /// to do.
    ///
    /// @throws TamperedException when these bytes were not wrapped at all
    public static String idOf(long realm, byte[] wrapped) {
        return HexFormat.of().toHexDigits(wrappingKey(realm, wrapped));
    }

    @Override
    public String toString() {
        return "MasterKeys" + ids();
    }

    private static long wrappingKey(long realm, byte[] wrapped) {
        if ((wrapped.length != UNMARKED_BYTES && wrapped.length != MARKED_BYTES) || wrapped[0] != FORMAT) {
            throw new TamperedException("the wrapped key of realm " + realm + " is damaged");
        }
        return ByteBuffer.wrap(wrapped).getLong(1);
    }

    private static byte[] decoded(String line, String source, int number) {
        try {
            byte[] key = Base64.getDecoder().decode(line);
            if (key.length == KEY_BYTES) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // Its message may quote what was decoded, so it goes no further.
        }
        throw new KeyUnavailableException(source + ", line " + number + ": not the Base64 of a 32-byte key");
    }

    private static String newLine(RandomGenerator random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return Base64.getEncoder().encodeToString(key) + "\n";
    }

    private static SealingKey sealingKey(byte[] key) {
        return new SealingKey(
                Hmac.extract("muster master key 1".getBytes(StandardCharsets.US_ASCII), key),
                "own:".getBytes(StandardCharsets.US_ASCII));
    }

    private static long id(byte[] key) {
        MessageDigest digest = Digest.startSha256();
        digest.update("muster master key".getBytes(StandardCharsets.US_ASCII));
        return ByteBuffer.wrap(digest.digest(key)).getLong();
    }
}
