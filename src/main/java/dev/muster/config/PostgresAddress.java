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

/// What can be told from the address of a PostgreSQL database, `jdbc:postgresql://HOST[:PORT][,…]/NAME?…`.
final class PostgresAddress {
    static final String PREFIX = "jdbc:postgresql://";

    /// A password may hold an `@`: the host begins behind the last one.
    private static final Pattern URL = Pattern.compile(
            "postgres(?:ql)?://(?:(?<user>[^/?]*)@)?(?<hosts>[^@/?]+)/(?<name>[^/?]+)(?:\\?(?<query>.*))?");

    private static final Pattern SAYS_SSL = Pattern.compile("[?&](sslmode|ssl)=");
    private static final Pattern PORT = Pattern.compile(":[0-9]*$");

    private PostgresAddress() {}

    /// The address as the driver takes it; null when it is none.
    ///
    /// @param given that, or `postgres://USER:PASSWORD@HOST:PORT/NAME?…`, as most other programs write it
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

    /// In a user's part a plus is a plus; as a parameter it would be a space.
    private static String recoded(String text) {
        return URLEncoder.encode(
                URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /// A warning when the address reaches another machine and does not say whether the connection is encrypted:
    /// then the driver encrypts if the server can, and whoever sits between the two can say that it cannot.
    ///
    /// @param name the option that gave it
    static Optional<String> warning(String name, Secret address) {
        String text = address.text();
        if (SAYS_SSL.matcher(text).find()) {
            return Optional.empty();
        }
        return Arrays.stream(hosts(text).split(",", -1))
                .map(host -> PORT.matcher(host).replaceFirst(""))
                .map(host -> host.replaceAll("^\\[|]$", ""))
                .filter(host -> !host.isEmpty() && !host.equals("localhost") && !Config.isLoopback(host))
                .findFirst()
                .map(
                        host -> name + " names " + host
                                + " without sslmode, so the connection need not be encrypted: sslmode=verify-full is recommended");
    }

    private static String hosts(String url) {
        String rest = url.substring(PREFIX.length());
        int end = 0;
        while (end < rest.length() && rest.charAt(end) != '/' && rest.charAt(end) != '?') {
            end++;
        }
        return rest.substring(0, end);
    }
}
