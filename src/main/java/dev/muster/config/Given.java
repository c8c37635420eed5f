package dev.muster.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One setting as it was given: by its option, else by its environment variable, else not at all. An empty variable
/// counts as none.
///
/// @param name the option or the variable, for messages
record Given(String name, @Nullable String value) {

    private static final long MEGABYTE = 1_000_000;
    private static final int LONGEST_SECRET_BYTES = 65_536;
    private static final Pattern BASE = Pattern.compile("(/[A-Za-z0-9._~-]+)+");
    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

    static Given of(String option, @Nullable String value, Map<String, String> environment) {
        if (value != null) {
            return new Given(option, value);
        }
        String variable = variable(option);
        String found = environment.get(variable);
        return found == null || found.isBlank() ? new Given(option, null) : new Given(variable, found.strip());
    }

    /// A secret, which may stand in a file that a variable ending in `_FILE` names, as Docker's and systemd's do.
    static Given ofSecret(String option, @Nullable String value, Map<String, String> environment) {
        Given given = of(option, value, environment);
        Given file = new Given(variable(option) + "_FILE", environment.get(variable(option) + "_FILE"));
        if (file.value == null || file.value.isBlank()) {
            return given;
        }
        if (given.isGiven()) {
            throw new Misconfigured(given.name + " and " + file.name + " exclude each other");
        }
        Path path = new Given(file.name, file.value.strip()).secretFile();
        return new Given(file.name, path == null ? null : file.firstLine(path));
    }

    private String firstLine(Path file) {
        try {
            String text = Files.size(file) > LONGEST_SECRET_BYTES ? "" : Files.readString(file);
            String line = text.lines().findFirst().orElse("").strip();
            if (line.isEmpty()) {
                throw wrong("names " + file + ", which has no secret in its first line");
            }
            return line;
        } catch (IOException e) {
            throw new Misconfigured(name + " names " + file + ", which cannot be read as UTF-8 text", e);
        }
    }

    /// A switch, which has no value on the command line and is `true` or `false` in the environment.
    static Given ofSwitch(String option, boolean on, Map<String, String> environment) {
        return of(option, on ? "true" : null, environment);
    }

    /// `--public-url` is `MUSTER_PUBLIC_URL`.
    private static String variable(String option) {
        return "MUSTER_" + option.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
    }

    boolean isGiven() {
        return value != null;
    }

    Misconfigured wrong(String rule) {
        return new Misconfigured(name + " " + rule);
    }

    boolean on() {
        if (value == null) {
            return false;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            case "false", "0", "no", "off" -> false;
            default -> throw wrong("must be true or false");
        };
    }

    int port(int ifAbsent) {
        if (value == null) {
            return ifAbsent;
        }
        try {
            int port = Integer.parseInt(value);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Not a number at all: told like one that is out of range.
        }
        throw wrong("must be a port from 0 to 65535, not " + value);
    }

    /// A number of megabytes, in bytes.
    long megabytes(int ifAbsent) {
        if (value == null) {
            return ifAbsent * MEGABYTE;
        }
        try {
            int megabytes = Integer.parseInt(value);
            if (megabytes >= 0) {
                return megabytes * MEGABYTE;
            }
        } catch (NumberFormatException e) {
            // Not a number at all: told like one that is out of range.
        }
        throw wrong("must be a number of megabytes, not " + value);
    }

    /// A name is looked up, so that a misspelt one shows here rather than as a riddle of the network.
    String host(String ifAbsent) {
        if (value == null) {
            return ifAbsent;
        }
        try {
            if (!value.isBlank()) {
                var _ = InetAddress.getByName(value);
                return value;
            }
        } catch (UnknownHostException e) {
            throw new Misconfigured(name + " must be an address or name of this machine, not " + value, e);
        }
        throw wrong("must be an address or name of this machine");
    }

    Path path(String ifAbsent) {
        if (value != null && value.isBlank()) {
            throw wrong("must not be empty");
        }
        try {
            return Path.of(value == null ? ifAbsent : value).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new Misconfigured(name + " is no path", e);
        }
    }

    @Nullable
    Path file() {
        if (value == null) {
            return null;
        }
        Path file = path(value);
        if (!Files.isRegularFile(file)) {
            throw wrong("names " + file + ", which " + (Files.exists(file) ? "is no file" : "does not exist"));
        }
        if (!Files.isReadable(file)) {
            throw wrong("names " + file + ", which this user may not read");
        }
        return file;
    }

    /// A file that holds a secret, so that nobody but its owner may read or write it.
    @Nullable
    Path secretFile() {
        Path file = file();
        try {
            if (file != null && OwnerOnly.isOpenToOthers(file)) {
                throw wrong("names " + file + ", which others can read or write (mode " + OwnerOnly.mode(file)
                        + "): chmod 600 " + file);
            }
            return file;
        } catch (IOException e) {
            throw new Misconfigured(name + " names " + file + ", whose mode cannot be read", e);
        }
    }

    @Nullable
    URI publicUrl() {
        if (value == null) {
            return null;
        }
        String rule = "must be an address such as https://muster.example.org or https://example.org/muster, without"
                + " user, query and fragment";
        try {
            URI url = new URI(value.replaceAll("/+$", ""));
            boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
            boolean plain = url.getRawUserInfo() == null && url.getRawQuery() == null && url.getRawFragment() == null;
            if (web && plain && url.getHost() != null && straight(url.getRawPath()) && url.getPort() <= 65_535) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw new Misconfigured(name + " " + rule, e);
        }
        throw wrong(rule);
    }

    /// Where a witness is reached. Its URL may hold a token in its query, so no message repeats it.
    @Nullable
    URI witness() {
        if (value == null) {
            return null;
        }
        String rule = "must be an https address without user and fragment; http only on this machine";
        try {
            URI url = new URI(value);
            boolean here = "http".equals(url.getScheme()) && url.getHost() != null && LOCAL.contains(url.getHost());
            boolean plain = url.getRawUserInfo() == null && url.getRawFragment() == null;
            if ((here || "https".equals(url.getScheme())) && url.getHost() != null && plain) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw new Misconfigured(name + " " + rule);
        }
        throw wrong(rule);
    }

    /// A path under which a dialect is served.
    String base(String ifAbsent) {
        if (value == null) {
            return ifAbsent;
        }
        String base = value.replaceAll("/+$", "");
        if (!BASE.matcher(base).matches() || !straight(base)) {
            throw wrong("must be a path such as /api/v1, of letters, digits, '.', '_', '~' and '-'");
        }
        return base;
    }

    private static boolean straight(@Nullable String path) {
        return path == null
                || (!path.contains("//")
                        && path.equals(URI.create(path).normalize().toString()));
    }

    /// The address of a PostgreSQL database. It may hold a password, and so no message repeats it.
    @Nullable
    Secret postgres() {
        if (value == null) {
            return null;
        }
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) <= ' ') {
                throw wrong("must have no spaces in it");
            }
        }
        String address = PostgresAddress.jdbc(value);
        if (address == null) {
            throw wrong("must begin with " + PostgresAddress.PREFIX
                    + " and name a host and a database, or be as postgres://USER:PASSWORD@HOST/NAME");
        }
        return new Secret(address);
    }

    /// A list of address blocks, between commas.
    List<String> blocks() {
        List<String> blocks = new ArrayList<>();
        if (value == null) {
            return blocks;
        }
        for (String part : value.split(",", -1)) {
            String block = part.strip();
            if (!isBlock(block)) {
                throw wrong("must be addresses or blocks such as 10.0.0.0/8,fd00::/8; this is none: " + block);
            }
            blocks.add(block);
        }
        return blocks;
    }

    private static boolean isBlock(String block) {
        int slash = block.indexOf('/');
        try {
            InetAddress address = InetAddress.ofLiteral(slash < 0 ? block : block.substring(0, slash));
            int bits = address.getAddress().length * 8;
            int prefix = slash < 0 ? bits : Integer.parseInt(block.substring(slash + 1));
            return prefix >= 0 && prefix <= bits;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
