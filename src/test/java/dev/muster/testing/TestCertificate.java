package dev.muster.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A self-signed certificate for `localhost` and `127.0.0.1`, created by openssl, which is faster than keytool.
///
/// @param chain a PEM file with the certificate, for both the server and its clients
/// @param key a PEM file with the private key
public record TestCertificate(Certificate certificate, Path chain, Path key) {
    /// Creates a certificate.
    ///
    /// @param folder the folder for the files, which are named after the algorithm
    /// @param algorithm the key algorithm: `RSA`, `EC` or `Ed25519`
    public static TestCertificate make(Path folder, String algorithm) {
        Path chain = folder.resolve(algorithm + "-chain.pem");
        Path key = folder.resolve(algorithm + "-key.pem");
        try {
            openssl(chain, key, algorithm);
            // The server refuses a key that others can access.
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            try (InputStream pem = Files.newInputStream(chain)) {
                Certificate certificate =
                        CertificateFactory.getInstance("X.509").generateCertificate(pem);
                return new TestCertificate(certificate, chain, key);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void openssl(Path chain, Path key, String algorithm) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "req",
                "-x509",
                "-nodes",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-out",
                chain.toString(),
                "-keyout",
                key.toString(),
                "-newkey"));
        command.addAll(
                switch (algorithm) {
                    case "RSA" -> List.of("rsa:2048");
                    case "EC" -> List.of("ec", "-pkeyopt", "ec_paramgen_curve:P-256");
                    default -> List.of(algorithm.toLowerCase(Locale.ROOT));
                });
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
    }

    /// Returns the TLS settings of a client that trusts only this certificate.
    public SSLContext client() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("it", certificate);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Returns the TLS settings of a server with this certificate, whose key must have the algorithm `EC`.
    public SSLContext server() {
        try {
            String pem = Files.readString(key).replaceAll("-----[A-Z ]+-----|\\s", "");
            PrivateKey read = KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("it", read, new char[0], new Certificate[] {certificate});
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
