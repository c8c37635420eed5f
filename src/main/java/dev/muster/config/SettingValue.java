package dev.muster.config;

import dev.muster.network.AddressBlock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The text of one setting, with a parser for each type of value. The parsers throw [ConfigurationException] if the
/// text is invalid.
///
/// @param name the option or variable that set the value, for use in messages
record SettingValue(String name, String text) {
    private static final long MEGABYTE = 1_000_000;
    private static final int MAX_SECRET_BYTES = 65_536;
    private static final Pattern BASE = Pattern.compile("(/[A-Za-z0-9._~-]+)+");
    private static final Set<String> LOOPBACK_HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

    ConfigurationException wrong(String rule) {
        return new ConfigurationException(name + " " + rule);
    }

    private ConfigurationException wrong(String rule, Throwable cause) {
        return new ConfigurationException(name + " " + rule, cause);
    }

    boolean on() {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            case "false", "0", "no", "off" -> false;
            default -> throw wrong("must be true or false");
        };
    }

    int port() {
        return number(65_535, "must be a port from 0 to 65535, not ");
    }

    /// Parses a number of megabytes and returns it in bytes.
    long megabytes() {
        return number(Integer.MAX_VALUE, "must be a number of megabytes, not ") * MEGABYTE;
    }

    Duration stopDelay() {
        return Duration.ofSeconds(number(60, "must be a number of seconds from 0 to 60, not "));
    }

    private int number(int max, String rule) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(rule + text, e);
        }
        throw wrong(rule + text);
    }

    /// Checks that the host name can be resolved, so that a misspelt one is reported here rather than as an obscure
    /// network error.
    String host() {
        if (text.isBlank()) {
            throw wrong("must be an address or name of this machine");
        }
        try {
            var _ = InetAddress.getByName(text);
            return text;
        } catch (UnknownHostException e) {
            throw wrong("must be an address or name of this machine, not " + text, e);
        }
    }

    Path path() {
        if (text.isBlank()) {
            throw wrong("must not be empty");
        }
        try {
            return Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw wrong("is not a path", e);
        }
    }

    /// Parses the path of a file, which must exist and be readable.
    Path file() {
        Path file = path();
        if (!Files.isRegularFile(file)) {
            throw wrong("names " + file + ", which " + (Files.exists(file) ? "is not a file" : "does not exist"));
        }
        if (!Files.isReadable(file)) {
            throw wrong("names " + file + ", which this user may not read");
        }
        return file;
    }

    /// Parses the path of a file that holds a secret, which only its owner may read or write; for secrets of
    /// containers see [OwnerOnly#isSecretOpenToOthers].
    ///
    /// @param credentials the folder of systemd's credentials, which only this service can enter whatever the modes
    ///     of its files; null if there is none
    Path secretFile(@Nullable Path credentials) {
        Path file = file();
        try {
            if (OwnerOnly.isSecretOpenToOthers(file) && (credentials == null || !file.startsWith(credentials))) {
                throw wrong("names " + file + ", which others can read or write (mode " + OwnerOnly.mode(file)
                        + "): chmod 600 " + file);
            }
            return file;
        } catch (IOException e) {
            throw wrong("names " + file + ", whose mode cannot be read", e);
        }
    }

    /// Reads the secret in the first line of a [#secretFile].
    String firstLine(@Nullable Path credentials) {
        Path file = secretFile(credentials);
        try {
            String content = Files.size(file) > MAX_SECRET_BYTES ? "" : Files.readString(file);
            String line = content.lines().findFirst().orElse("").strip();
            if (line.isEmpty()) {
                throw wrong("names " + file + ", which has no secret in its first line");
            }
            return line;
        } catch (IOException e) {
            throw wrong("names " + file + ", which cannot be read as UTF-8 text", e);
        }
    }

    URI publicUrl() {
        return url(
                text.replaceAll("/+$", ""),
                url -> (isHttps(url) || "http".equals(url.getScheme()))
                        && url.getRawQuery() == null
                        && isNormal(url.getRawPath())
                        && url.getPort() <= 65_535,
                "must be an address such as https://muster.example.org or https://example.org/muster, without user,"
                        + " query and fragment");
    }

    /// Parses the URL of a witness.
    URI witness() {
        return url(
                text,
                url -> isHttps(url) || ("http".equals(url.getScheme()) && LOOPBACK_HOSTS.contains(url.getHost())),
                "must be an https address without user and fragment; http only on this machine");
    }

    private static boolean isHttps(URI url) {
        return "https".equals(url.getScheme());
    }

    /// Parses a URL, which must have a host but no user and no fragment. Messages never contain the URL, because
    /// its query may hold a token.
    private URI url(String address, Predicate<URI> fits, String rule) {
        try {
            URI url = new URI(address);
            if (url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawFragment() == null
                    && fits.test(url)) {
                return url;
            }
        } catch (URISyntaxException e) {
            // The URL is refused below, without this exception as the cause, because its message contains the URL.
        }
        throw wrong(rule);
    }

    /// Parses the base path of a dialect, and removes trailing slashes.
    String base() {
        String base = text.replaceAll("/+$", "");
        if (!BASE.matcher(base).matches() || !isNormal(base)) {
            throw wrong("must be a path such as /api/v1, of letters, digits, '.', '_', '~' and '-'");
        }
        return base;
    }

    /// Whether a path has no empty, `.` or `..` segments.
    private static boolean isNormal(@Nullable String path) {
        return path == null
                || (!path.contains("//")
                        && path.equals(URI.create(path).normalize().toString()));
    }

    /// Parses the URL of a PostgreSQL database. Messages never contain the URL, because it may hold a password.
    Secret postgres() {
        if (text.chars().anyMatch(c -> c <= ' ')) {
            throw wrong("must have no spaces in it");
        }
        String address = PostgresAddress.jdbc(text);
        if (address == null) {
            throw wrong("must begin with " + PostgresAddress.PREFIX
                    + " and name a host and a database, or be as postgres://USER:PASSWORD@HOST/NAME");
        }
        return new Secret(address);
    }

    /// Parses a comma-separated list of address blocks.
    List<AddressBlock> blocks() {
        List<AddressBlock> blocks = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String block = part.strip();
            try {
                blocks.add(AddressBlock.parse(block));
            } catch (IllegalArgumentException e) {
                throw wrong("must be addresses or blocks such as 10.0.0.0/8,fd00::/8, not " + block, e);
            }
        }
        return blocks;
    }
}
