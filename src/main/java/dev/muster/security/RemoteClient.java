package dev.muster.security;

import dev.muster.directory.journal.Origin;
import java.net.InetAddress;

/// The sender of a request as far as the network tells.
///
/// @param address the client's address, behind trusted proxies
/// @param requestId the id under which the access log and the journal know the request
public record RemoteClient(InetAddress address, String requestId) {
    /// The address without the zone of a link-local one.
    public String addressText() {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    /// The request as the journal keeps it.
    Origin origin(String dialect) {
        return new Origin(dialect, requestId, null);
    }
}
