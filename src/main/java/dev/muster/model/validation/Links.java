package dev.muster.model.validation;

import java.net.URI;
import java.net.URISyntaxException;

/// Validates web addresses.
final class Links {
    private static final int LAST_PORT = 65_535;

    private Links() {}

    /// Whether it is an absolute `https` URL with a host and without user info. The host name is not
    /// resolved.
    static boolean isHttps(String text) {
        try {
            URI url = new URI(text);
            return "https".equalsIgnoreCase(url.getScheme())
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getPort() <= LAST_PORT;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
