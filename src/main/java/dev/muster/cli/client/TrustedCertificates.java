package dev.muster.cli.client;

import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.InputFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Loads certificates to trust instead of Java's.
final class TrustedCertificates {
    private TrustedCertificates() {}

    /// Creates a TLS context that trusts only the certificates in a PEM file.
    ///
    /// @param option the option or variable that named the file, for messages
    static SSLContext fromFile(String option, String name) {
        try {
            byte[] pem = Files.readAllBytes(InputFile.path(option, name));
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
            if (certificates.isEmpty()) {
                throw CommandException.usage(option + " names " + name + ", which holds no certificate");
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("authority-" + ++number, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw CommandException.usage(option + " names " + name + ", which cannot be read as PEM certificates", e);
        }
    }
}
