package dev.muster.config;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Converts and checks URLs of PostgreSQL databases, `jdbc:postgresql://HOST[:PORT][,…]/NAME?…`.
final class PostgresAddress {
    static final String PREFIX = "jdbc:postgresql://";

    /// A password may contain an `@`, so the host begins after the last one.
    private static final Pattern URL = Pattern.compile(
            "postgres(?:ql)?://(?:(?<user>[^/?]*)@)?(?<hosts>[^@/?]+)/(?<name>[^/?]+)(?:\\?(?<query>.*))?");

    private static final Pattern HAS_SSL_MODE = Pattern.compile("[?&](sslmode|ssl)=");
    private static final Pattern PORT = Pattern.compile(":[0-9]*$");

    private PostgresAddress() {}

    /// Converts a URL to JDBC form. Returns null if it is not a PostgreSQL URL.
    ///
    /// @param given a JDBC URL, or `postgres://USER:PASSWORD@HOST:PORT/NAME?…`, as most other programs use
    static @Nullable String jdbc(String given) {
        if (given.startsWith(PREFIX)) {
            return given.length() == PREFIX.length() ? null : given;
        }
        Matcher url = URL.matcher(given);
        if (!url.matches()) {
            return null;
        }
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        String user = url.group("user");
        if (user != null) {
            int colon = user.indexOf(':');
            query.add("user=" + recoded(colon < 0 ? user : user.substring(0, colon)));
            if (colon >= 0) {
                query.add("password=" + recoded(user.substring(colon + 1)));
            }
        }
        if (url.group("query") != null) {
            query.add(url.group("query"));
        }
        return PREFIX + url.group("hosts") + "/" + url.group("name") + query;
    }

    /// Re-encodes a part of the user info as a query parameter, in which a plus sign would mean a space.
    private static String recoded(String text) {
        return URLEncoder.encode(
                URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /// Returns a warning if the URL names another machine but has no `sslmode`. The driver then encrypts only if
    /// the server offers it, which a man in the middle can prevent.
    ///
    /// @param name the option that set the URL
    static Optional<String> warning(String name, Secret address) {
        String text = address.text();
        if (HAS_SSL_MODE.matcher(text).find()) {
            return Optional.empty();
        }
        String hosts = text.substring(PREFIX.length()).replaceFirst("[/?].*", "");
        return Arrays.stream(hosts.split(",", -1))
                .map(host -> PORT.matcher(host).replaceFirst(""))
                .map(host -> host.replaceAll("^\\[|]$", ""))
                .filter(host -> !host.isEmpty() && !host.equals("localhost") && !Config.isLoopback(host))
                .findFirst()
                .map(
                        host -> name + " names " + host
                                + " without sslmode, so the connection need not be encrypted: sslmode=verify-full is recommended");
    }
}
