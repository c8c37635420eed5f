package dev.muster.model.validation;

import java.net.URI;
import java.net.URISyntaxException;

/// Checks addresses of the web.
final class Links {
    private static final int LAST_PORT = 65_535;

    private Links() {}

    /// Whether it is an absolute `https` URL with a host and without a user. The name of the host is not looked
    /// up.
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
