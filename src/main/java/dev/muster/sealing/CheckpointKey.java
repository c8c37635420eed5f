package dev.muster.sealing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The server's Ed25519 key (RFC 8032), which signs checkpoints.
///
/// It is kept as PEM: the private key (PKCS #8, RFC 8410) in a file of mode 0600, the public key
/// (SubjectPublicKeyInfo) in a file beside it, of the same name with `.pub` after it. Both are what `openssl
/// pkey` reads and writes.
///
/// A signed checkpoint is one line: `muster-checkpoint-1 <realm> <seq> <head> <at> <key id> <signature>`. The
/// signature is over the ASCII bytes of everything before the last space, and written in Base64url without
/// padding (86 characters). The key id is the first 8 bytes of the SHA-256 of the public key's DER form, in 16
/// hexadecimal digits.
///
/// Immutable, for any number of threads.
public final class CheckpointKey {
    private static final int SEED_BYTES = 32;

    private final PrivateKey privateKey;
    private final PublicKey publicKey;

    private CheckpointKey(KeyPair pair) {
        this.privateKey = pair.getPrivate();
        this.publicKey = pair.getPublic();
    }

    /// Reads the key, or makes one and its two files if there is none.
    ///
    /// @param file the private key's file; the public key stands beside it. It may be missing there, but may
    ///     not belong to another key
    /// @param random a source fit for secrets, used only when a key is made
    /// @throws KeyUnavailableException when a file cannot be read or written, can be reached by others, or
    ///     holds something else
    public static CheckpointKey loadOrCreate(Path file, RandomGenerator random) {
        Path beside = file.resolveSibling(file.getFileName() + ".pub");
        try {
            if (Files.exists(file)) {
                return load(file, beside);
            }
            byte[] seed = new byte[SEED_BYTES];
            random.nextBytes(seed);
            CheckpointKey key = new CheckpointKey(pair(seed));
            SecretFile.create(file, pem("PRIVATE KEY", key.privateKey.getEncoded()));
            Files.writeString(beside, key.publicKeyPem());
            return key;
        } catch (IOException e) {
            throw new KeyUnavailableException(beside + " cannot be read or written: " + e.getMessage(), e);
        }
    }

    /// 16 hexadecimal digits that name the key in what it signed.
    public String id() {
        return id(publicKey);
    }

    /// The public key as PEM, for whoever verifies.
    public String publicKeyPem() {
        return pem("PUBLIC KEY", publicKey.getEncoded());
    }

    /// Signs a checkpoint.
    ///
    /// @return its signed line, without a line end
    public String sign(Checkpoint checkpoint) {
        String signed = checkpoint.text() + " " + id();
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(privateKey);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + " " + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 does not sign", e);
        }
    }

    /// Verifies a line, wherever it was kept.
    ///
    /// @param publicKeyPem as [#publicKeyPem] gives it
    /// @param line as [#sign] gives it
    /// @return the checkpoint, or empty when this key did not sign this line
    /// @throws KeyUnavailableException when the key is not the PEM of an Ed25519 public key
    public static Optional<Checkpoint> verify(String publicKeyPem, String line) {
        PublicKey key = publicKey(publicKeyPem);
        int end = line.lastIndexOf(' ');
        int idAt = line.lastIndexOf(' ', end - 1);
        if (idAt < 0 || !line.substring(idAt + 1, end).equals(id(key))) {
            return Optional.empty();
        }
        try {
            byte[] signature = Base64.getUrlDecoder().decode(line.substring(end + 1));
            Signature verifying = Signature.getInstance("Ed25519");
            verifying.initVerify(key);
            verifying.update(line.substring(0, end).getBytes(StandardCharsets.UTF_8));
            // Written back, so that one checkpoint has one spelling: Base64 has bits to spare in its last character.
            boolean genuine = verifying.verify(signature)
                    && line.endsWith(Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
            return genuine ? Checkpoint.parse(line.substring(0, idAt)) : Optional.empty();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Not Base64, or not even shaped like a signature.
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "CheckpointKey[" + id() + "]";
    }

    private static CheckpointKey load(Path file, Path beside) throws IOException {
        CheckpointKey key;
        try {
            byte[] encoded = der("PRIVATE KEY", SecretFile.read(file));
            PrivateKey read = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
            key = new CheckpointKey(pair(seed(read)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new KeyUnavailableException(file + " is not the PEM of an Ed25519 private key", e);
        }
        if (Files.exists(beside) && !publicKey(Files.readString(beside)).equals(key.publicKey)) {
            throw new KeyUnavailableException(beside + " is not the public key that belongs to " + file);
        }
        return key;
    }

    /// The JDK makes a public key from a private one only while it generates the pair, so it is handed the
    /// private one as the randomness to generate it from.
    private static KeyPair pair(byte[] seed) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(255, new Given(seed));
            KeyPair pair = generator.generateKeyPair();
            if (!Arrays.equals(seed(pair.getPrivate()), seed)) {
                throw new IllegalStateException("this Java platform makes Ed25519 keys in another way");
            }
            return pair;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks Ed25519", e);
        }
    }

    private static byte[] seed(PrivateKey key) {
        return ((EdECPrivateKey) key).getBytes().orElseThrow();
    }

    private static PublicKey publicKey(String pem) {
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der("PUBLIC KEY", pem)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new KeyUnavailableException("not the PEM of an Ed25519 public key", e);
        }
    }

    private static String id(PublicKey key) {
        MessageDigest digest = Hmac.sha256();
        return HexFormat.of().formatHex(digest.digest(key.getEncoded()), 0, 8);
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

    private static final class Given extends SecureRandom {
        private final byte[] given;

        Given(byte[] given) {
            this.given = given;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(given, 0, bytes, 0, bytes.length);
        }
    }
}
