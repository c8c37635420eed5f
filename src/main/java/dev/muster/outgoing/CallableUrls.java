package dev.muster.outgoing;

import dev.muster.network.AddressBlock;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Decides which URLs a tenant may have the server call. A URL is checked when it is stored, so that a mistake is
/// noticed immediately, and again before each call, because the settings may have changed in the meantime. Names are
/// not resolved here; [OutgoingHttp] checks the addresses that a name resolves to.
///
/// @param plainHttp whether `http` is allowed in addition to `https`
public record CallableUrls(AddressRules addresses, boolean plainHttp) {
    private static final int MAX_PORT = 65_535;

    /// Host names do not end in a number (RFC 3696), but some resolvers read `2130706433` and `0x7f.1` as
    /// 127.0.0.1.
    private static final Pattern ENDS_IN_A_NUMBER = Pattern.compile("(^|\\.)(\\d+|0[xX][0-9a-fA-F]*)\\.?$");

    /// The reason why a URL may not be called. Its text completes "The URL …".
    public enum Problem {
        MALFORMED("must be an absolute URL with the name or address of a host"),
        NOT_HTTPS("must begin with https"),
        USER_INFO("must not contain a user name or password"),
        FRAGMENT("must not have a fragment"),
        ADDRESS("must not have a private, local or otherwise special address");

        private final String text;

        Problem(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /// Returns why a URL may not be called; null if it may.
    public @Nullable Problem problem(String text) {
        try {
            return problem(new URI(text));
        } catch (URISyntaxException e) {
            return Problem.MALFORMED;
        }
    }

    /// Returns why a URL may not be called; null if it may.
    public @Nullable Problem problem(URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        InetAddress address = url.getHost() == null ? null : literal(url.getHost());
        if (url.getHost() == null
                || url.getPort() > MAX_PORT
                || url.getPort() == 0
                // The zone of an IPv6 address names a network interface of this machine.
                || url.getHost().contains("%")
                || (address == null && ENDS_IN_A_NUMBER.matcher(url.getHost()).find())) {
            return Problem.MALFORMED;
        }
        if (!scheme.equals("https") && !(plainHttp && scheme.equals("http"))) {
            return Problem.NOT_HTTPS;
        }
        if (url.getRawUserInfo() != null) {
            return Problem.USER_INFO;
        }
        if (url.getRawFragment() != null) {
            return Problem.FRAGMENT;
        }
        return address == null || addresses.allows(address) ? null : Problem.ADDRESS;
    }

    /// Returns the address that a host denotes without being resolved; null if the host is a name.
    private static @Nullable InetAddress literal(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (name.equalsIgnoreCase("localhost") || name.toLowerCase(Locale.ROOT).endsWith(".localhost")) {
            return InetAddress.getLoopbackAddress();
        }
        try {
            return AddressBlock.literal(name.startsWith("[") ? name.substring(1, name.length() - 1) : name);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
