package dev.muster.sealing;

import dev.muster.model.value.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// The key that protects a tenant's file while it is outside any database. The operator creates it, and gives it to
/// the export and to the import. It is the Base64 form (RFC 4648, padded) of 32 random bytes.
///
/// It has two uses, with a separate key derived for each: it wraps the realms' keys, as a master key does, and it
/// seals the file as a whole, with a key of each file ([SealedOutput]). Its **id** is the first 8 bytes of
/// `SHA-256("muster transfer key" || key)`, written as 16 hexadecimal digits. It is not secret.
///
/// Immutable and thread-safe.
public final class TransferKey {
    static final int ID_BYTES = 8;
    static final int SALT_BYTES = 32;

    private static final int KEY_BYTES = 32;

    private final MasterKeys wrapping;
    private final Hmac files;
    private final byte[] id;

    private TransferKey(byte[] key) {
        Hmac secret = Hmac.extract(ascii("muster transfer key 1"), key);
        wrapping = MasterKeys.parse(
                Base64.getEncoder().encodeToString(secret.expand(ascii("realm keys"), KEY_BYTES)), "transfer key");
        files = new Hmac(secret.expand(ascii("files"), Hmac.BYTES));
        MessageDigest digest = Digest.startSha256();
        digest.update(ascii("muster transfer key"));
        id = ByteBuffer.allocate(ID_BYTES).put(digest.digest(key), 0, ID_BYTES).array();
    }

    /// Reads the key from a file.
    ///
    /// @throws KeyUnavailableException if the file is missing, can be accessed by anyone but its owner, or does not
    ///     contain exactly one key
    public static TransferKey load(Path file) {
        return parse(SecretFile.read(file), file.toString());
    }

    /// Parses a key.
    ///
    /// @param source the name of the file or setting, for messages
    /// @throws KeyUnavailableException if the text is not exactly one key
    public static TransferKey parse(String text, String source) {
        try {
            byte[] key = Base64.getDecoder().decode(text.strip());
            if (key.length == KEY_BYTES) {
                return new TransferKey(key);
            }
        } catch (IllegalArgumentException e) {
            // The exception's message may quote the key, so it is not passed on.
        }
        throw new KeyUnavailableException(source + " is not a transfer key: the Base64 of 32 random bytes, such as"
                + " openssl rand -base64 32 prints");
    }

    /// The key's id, as 16 hexadecimal digits.
    public String id() {
        return HexFormat.of().formatHex(id);
    }

    /// Wraps a realm's key for the file.
    ///
    /// @param random a cryptographically secure source
    public byte[] wrap(RealmKey key, RandomGenerator random) {
        return wrapping.wrap(key, random);
    }

    /// Unwraps a realm's key from the file.
    ///
    /// @throws KeyUnavailableException if another key wrapped it
    /// @throws TamperedException if the bytes were not wrapped for this realm
    public RealmKey unwrap(long realm, byte[] wrapped) {
        return wrapping.unwrap(realm, wrapped);
    }

    /// Begins to seal a file. The file is complete only after the stream has been closed.
    ///
    /// @param random a cryptographically secure source
    public SealedOutput seal(OutputStream to, RandomGenerator random) throws IOException {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new SealedOutput(to, id, salt, fileKey(salt));
    }

    /// Begins to read a sealed file.
    ///
    /// @throws TamperedException if it is not a sealed file
    /// @throws KeyUnavailableException if it was sealed with another key; the message contains the key's id
    public SealedInput open(InputStream from) throws IOException {
        return SealedInput.open(from, this);
    }

    boolean hasId(byte[] other) {
        return MessageDigest.isEqual(id, other);
    }

    /// The key of one file.
    byte[] fileKey(byte[] salt) {
        return files.of(salt);
    }

    @Override
    public String toString() {
        return "TransferKey[" + id() + "]";
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
