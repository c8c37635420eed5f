package dev.muster.security.sso;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.function.Predicate;

/// Decides which addresses the server may call on behalf of a tenant. A tenant's admin chooses the identity
/// provider's URL, and could otherwise make the server call internal addresses, such as a cloud's metadata
/// service or a database (server-side request forgery).
///
/// Public addresses are allowed. Private, loopback, link-local and other special addresses are allowed only
/// in networks that the server's settings name.
public final class AddressRules {
    private final Predicate<InetAddress> named;

    /// @param named whether an address is in a network that the server's settings name
    public AddressRules(Predicate<InetAddress> named) {
        this.named = named;
    }

    /// Whether the server may connect to that address.
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
            // Public IPv6 addresses are in 2000::/3, without 2001::/23 (protocol assignments) and 2002::/16
            // (6to4).
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
