package dev.muster.model.validation;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/// Validates web addresses.
final class Links {
    private static final int MAX_PORT = 65_535;

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

    private Links() {}

    /// Whether `text` is an `https` URL without user info, query and fragment, or an `http` URL of that form whose
    /// host is the loopback address.
    static boolean isIssuer(String text) {
        try {
            URI url = new URI(text);
            boolean plain = "http".equals(url.getScheme())
                    && LOOPBACK.contains(url.getHost())
                    && url.getRawUserInfo() == null
                    && url.getPort() <= MAX_PORT;
            return (plain || isHttps(text)) && url.getRawQuery() == null && url.getRawFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /// Whether `text` is an absolute `https` URL with a host and without user info. The host name is not
    /// resolved.
    static boolean isHttps(String text) {
        try {
            URI url = new URI(text);
            return "https".equalsIgnoreCase(url.getScheme())
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getPort() <= MAX_PORT;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
