package dev.muster.outgoing;

import dev.muster.network.AddressBlock;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// Decides which addresses the server may call on behalf of a tenant. A tenant chooses the URLs of webhooks and of
/// its identity provider, and could otherwise make the server call internal addresses, such as a cloud's metadata
/// service or a database (server-side request forgery).
///
/// Public addresses are allowed. Private, loopback, link-local and other special addresses are allowed only in networks
/// that the server's settings name. An IPv6 address that leads to an IPv4 address (mapped, NAT64 or 6to4) is judged by
/// that IPv4 address.
///
/// @param named the networks in the settings
/// @param option the option that names them, such as `--webhook-allow`, for use in messages
public record AddressRules(List<AddressBlock> named, String option) {
    /// Addresses that are not, or should not be, reachable over the internet: RFC 6890, and Azure's 168.63.129.16.
    private static final List<AddressBlock> SPECIAL_IPV4 = blocks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4");

    /// The block of all public IPv6 addresses. It does not include ::, ::1, fc00::/7, fe80::/10, fec0::/10,
    /// ff00::/8 or 64:ff9b:1::/48.
    private static final AddressBlock GLOBAL_IPV6 = AddressBlock.parse("2000::/3");

    /// Blocks for protocol assignments, including Teredo, and for documentation.
    private static final List<AddressBlock> SPECIAL_IPV6 = blocks("2001::/23", "2001:db8::/32", "3fff::/20");

    /// The leading bytes, in hexadecimal, of IPv6 addresses that contain an IPv4 address.
    private static final String MAPPED = "00000000000000000000ffff";

    private static final String NAT64 = "0064ff9b0000000000000000";
    private static final String SIX_TO_FOUR = "2002";

    public AddressRules {
        named = List.copyOf(named);
    }

    private static List<AddressBlock> blocks(String... texts) {
        return Stream.of(texts).map(AddressBlock::parse).toList();
    }

    /// Whether the server may connect to that address.
    public boolean allows(InetAddress address) {
        InetAddress inner = inner(address);
        return isIn(named, address) || isIn(named, inner) || isPublic(inner);
    }

    private static boolean isPublic(InetAddress address) {
        return address instanceof Inet4Address
                ? !isIn(SPECIAL_IPV4, address)
                : GLOBAL_IPV6.contains(address) && !isIn(SPECIAL_IPV6, address);
    }

    private static boolean isIn(List<AddressBlock> blocks, InetAddress address) {
        for (AddressBlock block : blocks) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /// Returns the IPv4 address that an IPv6 address leads to. Any other address is returned unchanged.
    private static InetAddress inner(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return address;
        }
        String text = HexFormat.of().formatHex(bytes);
        if (text.startsWith(MAPPED) || text.startsWith(NAT64)) {
            return ipv4(bytes, MAPPED.length() / 2);
        }
        return text.startsWith(SIX_TO_FOUR) ? ipv4(bytes, SIX_TO_FOUR.length() / 2) : address;
    }

    private static InetAddress ipv4(byte[] bytes, int from) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + Integer.BYTES));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an IPv4 address", e);
        }
    }
}
