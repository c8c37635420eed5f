package dev.muster.security;

import dev.muster.directory.journal.Origin;
import java.net.InetAddress;

/// The network identity of a request's sender.
///
/// @param address the client's address, as trusted proxies report it
/// @param requestId the request's id in the access log and the journal
/// @param listener is notified of the callers whom the request authenticates
public record RemoteClient(InetAddress address, String requestId, AuthenticationListener listener) {
    /// The address as text, without the zone of a link-local address.
    public String addressText() {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    /// The request as the journal records it.
    Origin origin(String dialect) {
        return new Origin(dialect, requestId, null);
    }
}
