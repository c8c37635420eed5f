package dev.muster.http.engine;

import dev.muster.http.ListenException;
import dev.muster.http.ListenerConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// Reads a certificate chain and its private key from PEM files.
final class PemFiles {

    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";

    private PemFiles() {}

    /// Creates a TLS context from the files.
    ///
    /// @throws ListenException with one line that names the file and the problem
    static SSLContext context(ListenerConfig.Tls files) {
        Certificate[] chain = chain(files.chain());
        PrivateKey key = key(files.key());
        checkPair(files, chain[0], key);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", key, new char[0], chain);
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new ListenException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    private static Certificate[] chain(Path file) {
        try {
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(read(file)))
                    .toArray(new Certificate[0]);
            if (chain.length > 0) {
                return chain;
            }
        } catch (GeneralSecurityException e) {
            throw new ListenException("no PEM certificates can be read from " + file, e);
        }
        throw new ListenException("there is no certificate in " + file);
    }

    private static PrivateKey key(Path file) {
        String text = new String(read(file), StandardCharsets.ISO_8859_1);
        int from = text.indexOf(KEY_BEGIN);
        int to = text.indexOf(KEY_END);
        if (from < 0 || to < from) {
            throw new ListenException("there is no unencrypted PKCS #8 key (" + KEY_BEGIN + ") in " + file
                    + "; openssl pkcs8 -topk8 -nocrypt makes one");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(text.substring(from + KEY_BEGIN.length(), to));
            return key(file, new PKCS8EncodedKeySpec(der));
        } catch (IllegalArgumentException e) {
            throw new ListenException("the key is not well-formed PEM: " + file, e);
        }
    }

    private static PrivateKey key(Path file, PKCS8EncodedKeySpec spec) {
        for (String algorithm : new String[] {"RSA", "EC", "EdDSA"}) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // The key belongs to another algorithm.
            } catch (GeneralSecurityException e) {
                throw new ListenException("the key cannot be read: " + file, e);
            }
        }
        throw new ListenException("neither an RSA, EC nor EdDSA key: " + file);
    }

    /// Checks that the key belongs to the certificate. Otherwise the first handshake would fail with an
    /// obscure error.
    private static void checkPair(ListenerConfig.Tls files, Certificate certificate, PrivateKey key) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
        byte[] probe = {1, 2, 3};
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(probe);
            byte[] signature = signer.sign();
            signer.initVerify(certificate.getPublicKey());
            signer.update(probe);
            if (signer.verify(signature)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            throw new ListenException("the key in " + files.key() + " does not belong to " + files.chain(), e);
        }
        throw new ListenException("the key in " + files.key() + " does not belong to " + files.chain());
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ListenException("cannot read " + file, e);
        }
    }
}
