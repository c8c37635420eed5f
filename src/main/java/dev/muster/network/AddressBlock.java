package dev.muster.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/// A block of network addresses in CIDR notation, for the server's settings and limits. `model.value.AddressRange` is
/// the counterpart for API keys: `model` uses only the JDK, and `http` and `config` must not depend on `model`.
///
/// @param prefix the number of leading bits that addresses in the block share with `address`
public record AddressBlock(InetAddress address, int prefix) {
    /// The prefix lengths that are usually assigned to an IPv6 host, home and site (RFC 6177).
    public static final int HOST = 64;

    public static final int HOME = 56;
    public static final int SITE = 48;

    /// Parses a block.
    ///
    /// @param text a block such as `10.0.0.0/8` or `fd00::/8`, or a single address, which is a block of one; not a
    ///     host name
    /// @throws IllegalArgumentException if the text is not a block; the message is one line that describes the
    ///     error
    public static AddressBlock parse(String text) {
        int slash = text.indexOf('/');
        try {
            InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
            int bits = address.getAddress().length * Byte.SIZE;
            int prefix = slash < 0 ? bits : Integer.parseInt(text, slash + 1, text.length(), 10);
            if (prefix < 0 || prefix > bits) {
                throw new IllegalArgumentException("out of range");
            }
            return new AddressBlock(address, prefix);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not an address block such as 10.0.0.0/8: " + text, e);
        }
    }

    /// Returns the network of a client: the single IPv4 address, or the IPv6 network of the given size.
    ///
    /// @param prefix the prefix length for IPv6: [#HOST], [#HOME] or [#SITE]
    public static AddressBlock of(InetAddress client, int prefix) {
        if (client instanceof Inet4Address) {
            return new AddressBlock(client, Integer.SIZE);
        }
        byte[] bytes = client.getAddress();
        Arrays.fill(bytes, prefix / Byte.SIZE, bytes.length, (byte) 0);
        try {
            return new AddressBlock(InetAddress.getByAddress(bytes), prefix);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address was rejected", e);
        }
    }

    /// Parses an IP address without resolving names.
    ///
    /// @throws IllegalArgumentException if the text is anything else, including `10.1`, which some parsers read as
    ///     10.0.0.1
    public static InetAddress literal(String text) {
        if (text.indexOf(':') < 0 && text.chars().filter(c -> c == '.').count() != 3) {
            throw new IllegalArgumentException("not an address: " + text);
        }
        return InetAddress.ofLiteral(text);
    }

    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] theirs = other.getAddress();
        int whole = prefix / Byte.SIZE;
        if (mine.length != theirs.length || Arrays.mismatch(mine, 0, whole, theirs, 0, whole) >= 0) {
            return false;
        }
        int rest = prefix % Byte.SIZE;
        return rest == 0 || ((mine[whole] ^ theirs[whole]) & 0xff) >> (Byte.SIZE - rest) == 0;
    }

    /// Returns text such as `192.0.2.1`, `192.0.2.0/24` or `2001:db8:1:2:0:0:0:0/64`.
    @Override
    public String toString() {
        boolean alone = prefix == address.getAddress().length * Byte.SIZE;
        return address.getHostAddress() + (alone ? "" : "/" + prefix);
    }
}
