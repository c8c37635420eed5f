package dev.muster.security.sso;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.function.Predicate;

/// Which addresses the server may call on behalf of a tenant. An admin of a tenant chooses the URL of the identity
/// provider; without these rules they could have the server call what only the server can reach, such as the
/// metadata service of a cloud or a database's port.
///
/// Public addresses are allowed. Private, loopback, link-local and other special ones are allowed only where whoever
/// runs the server has named their network.
public final class AddressRules {
    private final Predicate<InetAddress> named;

    /// @param named whether an address is in a network that the server's settings name
    public AddressRules(Predicate<InetAddress> named) {
        this.named = named;
    }

    /// Whether a connection to that address may be made.
    public boolean allows(InetAddress address) {
        return named.test(address) || isPublic(address);
    }

    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        if (address instanceof Inet6Address) {
            // Of IPv6, 2000::/3 is what is routed in public. 2001::/23 is for protocols, 2002::/16 leads to IPv4.
            boolean isGlobal = (first & 0xe0) == 0x20;
            boolean isProtocol = first == 0x20 && second == 0x01 && (bytes[2] & 0xfe) == 0;
            return isGlobal && !isProtocol && !(first == 0x20 && second == 0x02);
        }
        boolean isThisNetwork = first == 0;
        boolean isCarrier = first == 100 && (second & 0xc0) == 64;
        boolean isProtocol = first == 192 && second == 0 && bytes[2] == 0;
        boolean isBenchmark = first == 198 && (second & 0xfe) == 18;
        boolean isReserved = first >= 240;
        return !isThisNetwork && !isCarrier && !isProtocol && !isBenchmark && !isReserved;
    }
}
