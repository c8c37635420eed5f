package dev.muster.testing;

import java.io.IOException;
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
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A self-signed certificate for `localhost` and `127.0.0.1`, created by the JDK's keytool.
///
/// @param chain a PEM file with the certificate, for both the server and its clients
/// @param key a PEM file with the private key
public record TestCertificate(Certificate certificate, Path chain, Path key) {
    private static final String ALIAS = "server";
    private static final String PASSWORD = "changeit";

    /// Creates a certificate.
    ///
    /// @param folder the folder for the files, which are named after the algorithm
    /// @param algorithm the key algorithm: `RSA`, `EC` or `Ed25519`
    public static TestCertificate make(Path folder, String algorithm) {
        try {
            Path file = folder.resolve(algorithm + ".p12");
            keytool(file, algorithm);
            KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
            Certificate certificate = store.getCertificate(ALIAS);
            return new TestCertificate(
                    certificate,
                    pem(folder.resolve(algorithm + "-chain.pem"), "CERTIFICATE", certificate.getEncoded()),
                    pem(
                            folder.resolve(algorithm + "-key.pem"),
                            "PRIVATE KEY",
                            store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void keytool(Path file, String algorithm) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString(),
                "-keyalg",
                algorithm));
        switch (algorithm) {
            case "RSA" -> command.addAll(List.of("-keysize", "2048"));
            case "EC" -> command.addAll(List.of("-keysize", "256"));
            default -> {}
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
    }

    private static Path pem(Path file, String what, byte[] der) throws IOException {
        Files.writeString(
                file,
                "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + what
                        + "-----\n");
        // This is the file mode that the server requires for keys.
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
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
