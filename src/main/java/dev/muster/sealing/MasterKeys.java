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
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The loaded master keys. The first is used for wrapping, and all are used for unwrapping. A master key is therefore
/// rotated by putting a new one first, rewrapping every realm's key with [#rewrap], and then removing the old one.
///
/// A key file or the configuration contains the keys as lines. A line is the Base64 form (RFC 4648, padded) of 32
/// random bytes, is blank, or begins with `#`. The first key is the current one. A key's **id** is the first 8 bytes of
/// `SHA-256("muster master key" || key)`, written as 16 hexadecimal digits. It is not secret.
///
/// A wrapped realm key has 103 bytes: the format byte `01`, the id of the master key (8), and, sealed by a [Sealer] for
/// [SealingContext.RealmRow], the 64 secret bytes of the realm and a byte `01`, which means that the realm's rows have
/// MACs ([RealmKey#sealsRows]). Keys wrapped by a version without MACs lack that byte. The byte is inside the sealed
/// value, so that someone who can only write to the database cannot remove it.
///
/// Immutable and thread-safe.
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

    /// Reads the keys from a file.
    ///
    /// @throws KeyUnavailableException if the file is missing, can be accessed by anyone but its owner (its mode
    ///     must be 0600 or stricter), or is not a list of at least one key
    public static MasterKeys load(Path file) {
        return parse(SecretFile.read(file), file.toString());
    }

    /// Parses keys.
    ///
    /// @param source the name of the file or setting, for messages
    /// @throws KeyUnavailableException if the text is not a list of at least one key, or contains a key twice
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
                throw new KeyUnavailableException(source + ", line " + (i + 1) + ": this master key is a duplicate");
            }
        }
        if (keys.isEmpty()) {
            throw new KeyUnavailableException(source + " holds no master key");
        }
        return new MasterKeys(keys);
    }

    /// Creates a file of mode 0600 with one new key, syncs it to disk, and loads it.
    ///
    /// @param random a cryptographically secure source
    /// @throws KeyUnavailableException if the file exists or cannot be written
    public static MasterKeys createFile(Path file, RandomGenerator random) {
        SecretFile.create(file, newLine(random));
        return load(file);
    }

    /// Atomically puts a new key before the others in the file, and loads the file. Comments and older keys are
    /// kept.
    ///
    /// @param random a cryptographically secure source
    /// @throws KeyUnavailableException if the file cannot be loaded or rewritten, or if another rotation is in
    ///     progress; then the file is unchanged
    public static MasterKeys rotateFile(Path file, RandomGenerator random) {
        SecretFile.replace(file, text -> {
            String rotated = newLine(random) + text;
            parse(rotated, file.toString());
            return rotated;
        });
        return load(file);
    }

    /// Atomically appends a new key to the file, after the others, so that it is loaded but not used for wrapping
    /// yet.
    ///
    /// @param random a cryptographically secure source
    /// @return the new key's id
    /// @throws KeyUnavailableException if [#rotateFile] would throw it
    public static String addToFile(Path file, RandomGenerator random) {
        SecretFile.replace(file, text -> {
            String added = text + (text.endsWith("\n") ? "" : "\n") + newLine(random);
            parse(added, file.toString());
            return added;
        });
        return load(file).ids().getLast();
    }

    /// The same keys, but with this one as the current key; null if there is no such key.
    public @Nullable MasterKeys using(String id) {
        for (long each : keys.keySet()) {
            if (HexFormat.of().toHexDigits(each).equals(id)) {
                SequencedMap<Long, SealingKey> reordered = new LinkedHashMap<>(keys);
                reordered.putFirst(each, Objects.requireNonNull(keys.get(each)));
                return new MasterKeys(reordered);
            }
        }
        return null;
    }

    /// The id of the current key, which is used for wrapping.
    public String currentId() {
        return HexFormat.of().toHexDigits(current);
    }

    /// The ids of all loaded keys, the current one first.
    public List<String> ids() {
        return keys.keySet().stream().map(HexFormat.of()::toHexDigits).toList();
    }

    /// Wraps a realm's secrets with the current key.
    ///
    /// @param random a cryptographically secure source or a request's [ReplayableRandom], from which 12 bytes are
    ///     drawn
    /// @return the bytes for the realm's row: 103, or 102 if its rows have no MACs yet
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

    /// Unwraps a realm's secrets with the key that wrapped them.
    ///
    /// @throws KeyUnavailableException if that key is not loaded; the message contains the key's id
    /// @throws TamperedException if the bytes were not wrapped for this realm
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

    /// Whether these bytes were wrapped for a realm whose rows have MACs. The answer can be trusted only if
    /// [#unwrap] accepts the bytes.
    public static boolean marked(byte[] wrapped) {
        return wrapped.length == MARKED_BYTES;
    }

    /// Rewraps a realm's secrets, unless the current key wrapped them.
    ///
    /// @param random a cryptographically secure source, from which 12 bytes are drawn
    /// @return the new bytes for the realm's row; empty if there is nothing to do
    /// @throws KeyUnavailableException if [#unwrap] throws it
    /// @throws TamperedException if [#unwrap] throws it
    public Optional<byte[]> rewrap(long realm, byte[] wrapped, RandomGenerator random) {
        RealmKey key = unwrap(realm, wrapped);
        return wrappingKey(realm, wrapped) == current ? Optional.empty() : Optional.of(wrap(key, random));
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
            // The exception's message may quote the key, so it is not passed on.
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
