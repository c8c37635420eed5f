package dev.muster.http.engine;

import dev.muster.network.AddressBlock;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The proxies whose `X-Forwarded-For` is trusted.
record TrustedProxies(List<AddressBlock> blocks) {

    TrustedProxies {
        blocks = List.copyOf(blocks);
    }

    /// Returns the rightmost address that is not a trusted proxy. Clients can forge everything to its left.
    ///
    /// @param forwarded all `X-Forwarded-For` headers joined by commas; null if absent
    InetAddress client(InetAddress peer, @Nullable String forwarded) {
        InetAddress client = peer;
        if (forwarded == null || !trusts(client)) {
            return client;
        }
        int to = forwarded.length();
        while (to >= 0 && trusts(client)) {
            int comma = forwarded.lastIndexOf(',', to - 1);
            InetAddress hop = address(forwarded.substring(comma + 1, to).strip());
            if (hop == null) {
                return client;
            }
            client = hop;
            to = comma;
        }
        return client;
    }

    private boolean trusts(InetAddress address) {
        for (AddressBlock block : blocks) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /// Parses an address as proxies write it: bare, with a port, or in brackets. Null if it is not an address; host
    /// names are not looked up.
    private static @Nullable InetAddress address(String hop) {
        String bare = hop;
        if (hop.startsWith("[")) {
            int end = hop.indexOf(']');
            bare = end < 0 ? hop : hop.substring(1, end);
        } else if (hop.indexOf(':') >= 0 && hop.indexOf(':') == hop.lastIndexOf(':')) {
            bare = hop.substring(0, hop.indexOf(':'));
        }
        try {
            return AddressBlock.literal(bare);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
