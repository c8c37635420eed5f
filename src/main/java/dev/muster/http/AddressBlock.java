package dev.muster.http;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// A block of network addresses in CIDR notation.
///
/// @param prefix how many leading bits of an address must be those of `address`
public record AddressBlock(InetAddress address, int prefix) {

    /// Reads a block as people write it.
    ///
    /// @param text `10.0.0.0/8`, `fd00::/8`, or an address alone, which is a block of one; never a name
    /// @throws IllegalArgumentException with one line that says what is wrong
    public static AddressBlock parse(String text) {
        int slash = text.indexOf('/');
        try {
            InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
            int bits = address.getAddress().length * 8;
            int prefix = slash < 0 ? bits : Integer.parseInt(text, slash + 1, text.length(), 10);
            if (prefix < 0 || prefix > bits) {
                throw new IllegalArgumentException("out of range");
            }
            return new AddressBlock(address, prefix);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not an address block such as 10.0.0.0/8: " + text, e);
        }
    }

    /// The block of that size in which the address is.
    ///
    /// @param prefix at most as many bits as the address has
    public static AddressBlock around(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.clamp(prefix - i * 8L, 0, 8);
            bytes[i] &= (byte) (0xff00 >> kept);
        }
        try {
            return new AddressBlock(InetAddress.getByAddress(bytes), prefix);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("as many bytes as an address has", e);
        }
    }

    /// An address written out, and never looked up.
    ///
    /// @throws IllegalArgumentException for all else, `10.1` (which some take for 10.0.0.1) included
    public static InetAddress literal(String text) {
        if (text.indexOf(':') < 0 && text.chars().filter(c -> c == '.').count() != 3) {
            throw new IllegalArgumentException("not an address: " + text);
        }
        return InetAddress.ofLiteral(text);
    }

    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] theirs = other.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        int whole = prefix / 8;
        for (int i = 0; i < whole; i++) {
            if (mine[i] != theirs[i]) {
                return false;
            }
        }
        int rest = prefix % 8;
        return rest == 0 || ((mine[whole] ^ theirs[whole]) & 0xff) >> (8 - rest) == 0;
    }
}
