package dev.muster.security.limit;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;

/// A network to which an address belongs: one IPv4 address, or an IPv6 network of at most 64 bits.
///
/// @param isIpv4 whether `bits` is an IPv4 address; else the upper half of an IPv6 address
/// @param prefix how many bits of the address belong to the network
public record Network(boolean isIpv4, long bits, int prefix) {
    /// What one IPv6 host, home or site is usually given (RFC 6177), the narrowest first.
    static final int HOST = 64;

    static final int HOME = 56;
    static final int SITE = 48;

    /// All networks of an address, the narrowest first.
    static List<Network> of(InetAddress address) {
        return address instanceof Inet4Address
                ? List.of(narrowest(address))
                : List.of(narrowest(address), of(address, HOME), of(address, SITE));
    }

    /// The IPv4 address, or the IPv6 /64 network.
    public static Network narrowest(InetAddress address) {
        return of(address, HOST);
    }

    /// The IPv4 address, or the IPv6 /48 network.
    static Network widest(InetAddress address) {
        return of(address, SITE);
    }

    private static Network of(InetAddress address, int prefix) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address
                ? new Network(true, bytes.getInt(), 32)
                : new Network(false, bytes.getLong() & (-1L << (64 - prefix)), prefix);
    }

    /// `192.0.2.1` or `2001:db8:1:2:0:0:0:0/64`.
    @Override
    public String toString() {
        try {
            byte[] address = isIpv4
                    ? ByteBuffer.allocate(4).putInt((int) bits).array()
                    : ByteBuffer.allocate(16).putLong(bits).array();
            String text = InetAddress.getByAddress(address).getHostAddress();
            return isIpv4 ? text : text + "/" + prefix;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four and sixteen bytes are an address", e);
        }
    }
}
