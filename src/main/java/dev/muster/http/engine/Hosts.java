package dev.muster.http.engine;

import io.helidon.common.uri.UriValidator;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.util.List;

/// Validates the `Host` headers of one connection. Helidon's own check would refuse HTTP/1.0 requests that
/// lack the header.
final class Hosts {
    private static final int MAX_PORT = 65_535;

    /// The last valid host, which is cached because the next request on the connection nearly always repeats it.
    private String lastFine = "";

    /// Whether there is exactly one `Host` header, with a valid host and an optional port.
    ///
    /// @param mayLack whether the header is optional, as in HTTP/1.0
    boolean areFine(ServerRequestHeaders headers, boolean mayLack) {
        List<String> hosts = headers.all(HeaderNames.HOST, List::of);
        if (hosts.size() != 1) {
            return hosts.isEmpty() && mayLack;
        }
        String host = hosts.getFirst();
        if (host.equals(lastFine)) {
            return !host.isEmpty();
        }
        boolean fine = isValid(host);
        if (fine) {
            lastFine = host;
        }
        return fine;
    }

    private static boolean isValid(String value) {
        int bracket = value.lastIndexOf(']');
        int colon = value.indexOf(':', bracket + 1);
        String host = colon < 0 ? value : value.substring(0, colon);
        if (host.isEmpty() || (colon >= 0 && !isPort(value.substring(colon + 1)))) {
            return false;
        }
        try {
            UriValidator.validateHost(host);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isPort(String text) {
        return !text.isEmpty()
                && text.length() <= 5
                && text.chars().allMatch(c -> c >= '0' && c <= '9')
                && Integer.parseInt(text) <= MAX_PORT;
    }
}
