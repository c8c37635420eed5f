package dev.muster.model.value;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Locale;

/// A range of IP addresses in CIDR notation, such as `10.0.0.0/8` or `2001:db8::/32`.
///
/// @param first the lowest address: all bits after the prefix are 0
/// @param prefix the number of leading bits that its addresses share
public record AddressRange(InetAddress first, int prefix) {
    private static final int IPV6_GROUPS = 8;

    /// Parses a range. An address without a prefix is a range of one address. Bits after the prefix are cleared, so
    /// `10.1.2.3/8` becomes `10.0.0.0/8`.
    ///
    /// @throws IllegalArgumentException for any other text; host names are not resolved
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        // `InetAddress` would read 10.1 as 10.0.0.1, and would accept the zone of a link-local address.
        boolean isShortened = address.indexOf(':') < 0
                && address.chars().filter(c -> c == '.').count() != 3;
        if (isShortened || address.indexOf('%') >= 0) {
            throw new IllegalArgumentException("not an address: " + address);
        }
        byte[] bytes = InetAddress.ofLiteral(address).getAddress();
        int bits = bytes.length * Byte.SIZE;
        int prefix = slash < 0 ? bits : prefix(text.substring(slash + 1));
        if (prefix > bits) {
            throw new IllegalArgumentException("the prefix is longer than the address: " + text);
        }
        return new AddressRange(start(bytes, prefix), prefix);
    }

    private static int prefix(String digits) {
        if (!digits.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("not a prefix: " + digits);
        }
        return Integer.parseInt(digits);
    }

    private static InetAddress start(byte[] bytes, int prefix) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] &= (byte) (0xff00 >> Math.clamp(prefix - (long) i * Byte.SIZE, 0, Byte.SIZE));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the bytes have the length of an address", e);
        }
    }

    /// Whether an address is in the range. An IPv4 address is never in an IPv6 range.
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == first.getAddress().length && start(bytes, prefix).equals(first);
    }

    /// Whether all addresses of `other` are in this range.
    public boolean contains(AddressRange other) {
        return other.prefix >= prefix && contains(other.first);
    }

    /// Returns the range in CIDR notation. IPv6 addresses are written as in RFC 5952, with the longest run of zeros
    /// shortened.
    public String text() {
        byte[] bytes = first.getAddress();
        return (bytes.length == 4 ? first.getHostAddress() : ipv6(bytes)) + "/" + prefix;
    }

    private static String ipv6(byte[] bytes) {
        int runAt = -1;
        int runLength = 1;
        for (int at = 0; at < IPV6_GROUPS; at++) {
            int length = 0;
            while (at + length < IPV6_GROUPS && group(bytes, at + length) == 0) {
                length++;
            }
            if (length > runLength) {
                runAt = at;
                runLength = length;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < IPV6_GROUPS; at++) {
            if (at == runAt) {
                text.append("::");
                at += runLength - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(hex(group(bytes, at)));
            }
        }
        return text.toString();
    }

    private static int group(byte[] bytes, int at) {
        return (bytes[2 * at] & 0xff) << Byte.SIZE | (bytes[2 * at + 1] & 0xff);
    }

    private static String hex(int group) {
        String digits = HexFormat.of().toHexDigits((short) group).toLowerCase(Locale.ROOT);
        String bare = digits.replaceFirst("^0+", "");
        return bare.isEmpty() ? "0" : bare;
    }

    @Override
    public String toString() {
        return text();
    }
}
