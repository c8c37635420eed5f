package dev.muster.security.sso;

import dev.muster.model.credential.SsoProvider;
import dev.muster.security.sso.SignInRefused.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The clients of all issuers. The metadata of an issuer is fetched on first use and cached. Thread-safe.
final class ProviderClients {
    /// How long to wait after a failure before fetching the metadata of an issuer again.
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(5);

    /// The maximum number of issuers whose metadata is cached.
    private static final int ISSUERS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(SingleSignOn.class);

    private final ProviderHttp http;
    private final ConcurrentHashMap<String, Discovered> issuers = new ConcurrentHashMap<>();

    ProviderClients(ProviderHttp http) {
        this.http = http;
    }

    /// @param client the client; null if the issuer's metadata could not be fetched
    private record Discovered(@Nullable ProviderClient client, long atNanos) {
        boolean isFresh() {
            long age = System.nanoTime() - atNanos;
            return age < (client == null ? RETRY_INTERVAL : ProviderClient.METADATA_TTL).toNanos();
        }
    }

    /// The client for a provider. Throws [SignInRefused] with UNREACHABLE if the issuer's metadata cannot be
    /// fetched.
    ProviderClient of(SsoProvider provider) throws SignInRefused {
        String issuer = provider.settings().issuer();
        Discovered known = issuers.get(issuer);
        if (known == null || !known.isFresh()) {
            known = new Discovered(discover(issuer), System.nanoTime());
            if (issuers.size() >= ISSUERS) {
                issuers.clear();
            }
            issuers.put(issuer, known);
        }
        ProviderClient client = known.client;
        if (client == null) {
            throw new SignInRefused(Reason.UNREACHABLE);
        }
        return client;
    }

    private @Nullable ProviderClient discover(String issuer) {
        try {
            return ProviderClient.discover(issuer, http);
        } catch (IOException e) {
            LOG.warn("identity provider {} cannot be used: {}", issuer, text(e));
            return null;
        }
    }

    /// The messages of an exception and its cause, on one line.
    static String text(Throwable e) {
        Throwable cause = e.getCause();
        return cause == null ? String.valueOf(e.getMessage()) : e.getMessage() + ": " + cause.getMessage();
    }
}
