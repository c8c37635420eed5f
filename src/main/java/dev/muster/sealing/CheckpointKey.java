package dev.muster.sealing;

import dev.muster.model.value.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/// The server's Ed25519 key (RFC 8032), which signs checkpoints.
///
/// It is stored as PEM: the private key (PKCS #8, RFC 8410) in a file of mode 0600, and the public key
/// (SubjectPublicKeyInfo) in a file next to it, with `.pub` appended to its name. `openssl pkey` reads and writes both.
///
/// A signed checkpoint is one line: the checkpoint's text (see [Checkpoint#text]), the key id and the signature,
/// separated by spaces. The signature covers the ASCII bytes of everything before the last space, and is encoded in
/// Base64url without padding (86 characters). The key id is the first 8 bytes of the SHA-256 hash of the public key's
/// DER form, as 16 hexadecimal digits.
///
/// If several realms' checkpoints are signed together, each of them is still one line that can be verified alone: the
/// text of its leaf (see [CheckpointLeaf#text]), the key id and the signature. The signature, which is the same in all
/// their lines, covers `muster-checkpoint-root-1 <size> <root> <key id>`: the number of leaves, and the tree's root in
/// hexadecimal.
///
/// Immutable and thread-safe.
///
/// This class uses Bouncy Castle, because signing with the JDK takes three times as long.
public final class CheckpointKey {
    /// The maximum number of checkpoints that one signature covers.
    public static final int MAX_TOGETHER = CheckpointLeaf.MAX_SIZE;

    private static final int KEY_BYTES = 32;

    /// The prefixes of the 32 key bytes in the DER form of a private and a public key (RFC 8410).
    private static final byte[] PRIVATE_DER = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private static final byte[] PUBLIC_DER = HexFormat.of().parseHex("302a300506032b6570032100");

    private final Ed25519PrivateKeyParameters privateKey;
    private final Ed25519PublicKeyParameters publicKey;
    private final String id;

    private CheckpointKey(Ed25519PrivateKeyParameters privateKey) {
        this.privateKey = privateKey;
        this.publicKey = privateKey.generatePublicKey();
        this.id = id(publicKey);
    }

    /// Loads the key, or creates it and its two files if it does not exist.
    ///
    /// @param file the private key's file. The public key's file next to it may be missing, but must not contain a
    ///     different key
    /// @param random a cryptographically secure source, used only to create a key
    /// @throws KeyUnavailableException if a file cannot be read or written or does not hold such a key, or if
    ///     the private key's file is accessible to others
    public static CheckpointKey loadOrCreate(Path file, RandomGenerator random) {
        Path beside = file.resolveSibling(file.getFileName() + ".pub");
        try {
            if (Files.exists(file)) {
                return load(file, beside);
            }
            byte[] seed = new byte[KEY_BYTES];
            random.nextBytes(seed);
            CheckpointKey key = new CheckpointKey(new Ed25519PrivateKeyParameters(seed));
            SecretFile.create(file, pem("PRIVATE KEY", joined(PRIVATE_DER, seed)));
            Files.writeString(beside, key.publicKeyPem());
            return key;
        } catch (IOException e) {
            throw new KeyUnavailableException(beside + " cannot be read or written: " + e.getMessage(), e);
        }
    }

    /// Loads the key of several servers, or another one that was made elsewhere. Creates nothing.
    ///
    /// @throws KeyUnavailableException as [#loadOrCreate] does, and if the file does not exist
    public static CheckpointKey load(Path file) {
        Path beside = file.resolveSibling(file.getFileName() + ".pub");
        try {
            return load(file, beside);
        } catch (IOException e) {
            throw new KeyUnavailableException(beside + " cannot be read: " + e.getMessage(), e);
        }
    }

    /// The 16 hexadecimal digits that identify the key in its signed lines.
    public String id() {
        return id;
    }

    /// The public key as PEM, for verifiers.
    public String publicKeyPem() {
        return pem("PUBLIC KEY", der(publicKey));
    }

    /// Signs a checkpoint.
    ///
    /// @return the signed line, without a line end
    public String sign(Checkpoint checkpoint) {
        String signed = checkpoint.text() + " " + id;
        return signed + " " + signature(signed);
    }

    /// Signs checkpoints of different realms with one signature.
    ///
    /// @param checkpoints at most [#MAX_TOGETHER], each with a previous hash
    /// @param random a cryptographically secure source
    /// @return the signed lines, in the order of the checkpoints. A single checkpoint is signed as by [#sign]
    public List<String> signTogether(List<Checkpoint> checkpoints, RandomGenerator random) {
        if (checkpoints.size() < 2) {
            return checkpoints.stream().map(this::sign).toList();
        }
        CheckpointLeaf.Tree tree = CheckpointLeaf.tree(checkpoints, random);
        String signature = signature(tree.rootText() + " " + id);
        return tree.leaves().stream()
                .map(leaf -> leaf.text() + " " + id + " " + signature)
                .toList();
    }

    private String signature(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, privateKey);
        signer.update(bytes, 0, bytes.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(signer.generateSignature());
    }

    /// Verifies a signed line.
    ///
    /// @param publicKeyPem the key as returned by [#publicKeyPem]
    /// @param line the line as returned by [#sign]
    /// @return the checkpoint; empty if this key did not sign this line
    /// @throws KeyUnavailableException if the key is not the PEM of an Ed25519 public key
    public static Optional<Checkpoint> verify(String publicKeyPem, String line) {
        Ed25519PublicKeyParameters key = publicKey(publicKeyPem);
        int end = line.lastIndexOf(' ');
        int idAt = line.lastIndexOf(' ', end - 1);
        if (idAt < 0 || !line.substring(idAt + 1, end).equals(id(key))) {
            return Optional.empty();
        }
        String text = line.substring(0, idAt);
        String signature = line.substring(end + 1);
        if (text.startsWith(CheckpointLeaf.TITLE + " ")) {
            return CheckpointLeaf.parse(text)
                    .filter(leaf -> leaf.rootText()
                            .filter(root -> isGenuine(key, root + " " + id(key), signature))
                            .isPresent())
                    .map(CheckpointLeaf::checkpoint);
        }
        return isGenuine(key, line.substring(0, end), signature) ? Checkpoint.parse(text) : Optional.empty();
    }

    private static boolean isGenuine(Ed25519PublicKeyParameters key, String text, String signature) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(signature);
            byte[] signed = text.getBytes(StandardCharsets.UTF_8);
            Ed25519Signer verifying = new Ed25519Signer();
            verifying.init(false, key);
            verifying.update(signed, 0, signed.length);
            // The signature is also compared with its re-encoded form, because the last Base64 character has unused
            // bits and a checkpoint must have only one spelling.
            return verifying.verifySignature(bytes)
                    && signature.equals(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        } catch (IllegalArgumentException e) {
            // The signature is not Base64.
            return false;
        }
    }

    @Override
    public String toString() {
        return "CheckpointKey[" + id() + "]";
    }

    private static CheckpointKey load(Path file, Path beside) throws IOException {
        String pem = SecretFile.read(file);
        CheckpointKey key;
        try {
            key = new CheckpointKey(new Ed25519PrivateKeyParameters(raw(PRIVATE_DER, der("PRIVATE KEY", pem))));
        } catch (IllegalArgumentException e) {
            throw new KeyUnavailableException(file + " is not the PEM of an Ed25519 private key", e);
        }
        if (Files.exists(beside)
                && !Arrays.equals(publicKey(Files.readString(beside)).getEncoded(), key.publicKey.getEncoded())) {
            throw new KeyUnavailableException(beside + " is not the public key that belongs to " + file);
        }
        return key;
    }

    private static Ed25519PublicKeyParameters publicKey(String pem) {
        try {
            return new Ed25519PublicKeyParameters(raw(PUBLIC_DER, der("PUBLIC KEY", pem)));
        } catch (IllegalArgumentException e) {
            throw new KeyUnavailableException("not the PEM of an Ed25519 public key", e);
        }
    }

    private static byte[] der(Ed25519PublicKeyParameters key) {
        return joined(PUBLIC_DER, key.getEncoded());
    }

    /// Extracts the 32 bytes of a key from its DER form, which has a fixed prefix. A general key parser would
    /// take a tenth of the start-up time.
    private static byte[] raw(byte[] before, byte[] der) {
        if (der.length != before.length + KEY_BYTES || !Arrays.equals(before, Arrays.copyOf(der, before.length))) {
            throw new IllegalArgumentException("not the DER form of an Ed25519 key");
        }
        return Arrays.copyOfRange(der, before.length, der.length);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    private static String id(Ed25519PublicKeyParameters key) {
        return HexFormat.of().formatHex(Digest.sha256(der(key)).bytes(), 0, 8);
    }

    private static String pem(String title, byte[] der) {
        return "-----BEGIN " + title + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + title + "-----\n";
    }

    private static byte[] der(String title, String pem) {
        String begin = "-----BEGIN " + title + "-----";
        int from = pem.indexOf(begin);
        int to = pem.indexOf("-----END " + title + "-----");
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("no " + title);
        }
        return Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
    }
}
