package dev.muster.cli.client;

import dev.muster.cli.client.Profiles.Profile;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.InputFile;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The server to use and its key, from options, environment variables or a profile.
///
/// @param urlOrigin the option, variable or profile that named the server, for messages
/// @param key the key; empty if there is none
/// @param caFile the file with the PEM certificates to trust instead of Java's; empty to trust Java's
/// @param caOrigin the option, variable or profile that named the file, for messages
/// @param profile the profile in use; null if none is
public record ServerTarget(
        String url,
        String urlOrigin,
        String key,
        String caFile,
        String caOrigin,
        @Nullable String profile) {

    public static final String DEFAULT_URL = "http://127.0.0.1:8080";

    /// Omits the key, which is a secret.
    @Override
    public String toString() {
        return "ServerTarget[" + url + "]";
    }

    /// Determines the server and the key from options (null if not given), variables and profiles.
    ///
    /// @throws CommandException if they conflict, or if the profile cannot be used
    public static ServerTarget of(
            @Nullable String url,
            @Nullable String key,
            @Nullable String profileName,
            @Nullable String caFile,
            Map<String, String> environment) {
        Profile profile = profile(url, key, profileName, environment);
        String keyOption = key == null ? null : printable("--key", key.strip());
        String trusted = caFile != null ? caFile : variable(environment, "MUSTER_CA_FILE");
        String caOrigin = caFile != null ? "--ca-file" : "MUSTER_CA_FILE";
        if (profile == null) {
            String server = url != null ? url.strip() : variable(environment, "MUSTER_URL");
            return new ServerTarget(
                    server.isEmpty() ? DEFAULT_URL : server,
                    url != null ? "--url" : "MUSTER_URL",
                    keyOption != null ? keyOption : keyOf(environment),
                    trusted,
                    caOrigin,
                    null);
        }
        boolean ownCertificates = trusted.isEmpty() && profile.caFile() != null;
        return new ServerTarget(
                profile.url(),
                "the url of the profile " + profile.name(),
                keyOption != null ? keyOption : printable("the key of the profile", profile.key()),
                ownCertificates ? String.valueOf(profile.caFile()) : trusted,
                ownCertificates ? "the profile " + profile.name() : caOrigin,
                profile.name());
    }

    /// The profile to use; null if options or variables name the server or the key, or if no profile is named and
    /// there is no default profile. A profile's key is sent only to the profile's server.
    private static @Nullable Profile profile(
            @Nullable String url, @Nullable String key, @Nullable String name, Map<String, String> environment) {
        Profiles profiles = new Profiles(environment);
        if (name != null) {
            if (url != null) {
                throw CommandException.usage("--profile and --url exclude each other");
            }
            return profiles.get(name);
        }
        if (url != null) {
            return null;
        }
        String named = variable(environment, Profiles.VARIABLE);
        String other = Stream.of("MUSTER_URL", "MUSTER_KEY", "MUSTER_KEY_FILE")
                .filter(variable -> !variable(environment, variable).isEmpty())
                .findFirst()
                .orElse(null);
        if (other != null) {
            if (!named.isEmpty()) {
                throw CommandException.usage(Profiles.VARIABLE + " and " + other
                        + " exclude each other; --profile takes precedence over both");
            }
            return null;
        }
        if (!named.isEmpty()) {
            return profiles.get(named);
        }
        return key != null ? null : profiles.find(Profiles.DEFAULT);
    }

    /// The value of an environment variable; empty if it is not set.
    public static String variable(Map<String, String> environment, String name) {
        return environment.getOrDefault(name, "").strip();
    }

    /// The key from `MUSTER_KEY`, or from the first line of the file in `MUSTER_KEY_FILE`; empty if neither
    /// is set.
    public static String keyOf(Map<String, String> environment) {
        String key = variable(environment, "MUSTER_KEY");
        String file = variable(environment, "MUSTER_KEY_FILE");
        if (file.isEmpty()) {
            return printable("MUSTER_KEY", key);
        }
        if (!key.isEmpty()) {
            throw CommandException.usage("MUSTER_KEY and MUSTER_KEY_FILE exclude each other");
        }
        return printable(
                "MUSTER_KEY_FILE", InputFile.firstLine("MUSTER_KEY_FILE", file).strip());
    }

    /// Creates a client for the server, without sending anything.
    public ApiClient client() {
        return client(key);
    }

    /// Like [#client()], with another key.
    public ApiClient client(String otherKey) {
        return new ApiClient(
                address(urlOrigin, url),
                otherKey,
                caFile.isEmpty() ? null : TrustedCertificates.fromFile(caOrigin, caFile));
    }

    /// Parses the URL of a server, and removes trailing slashes.
    ///
    /// @param name the option or variable that the URL came from, for messages
    /// @throws CommandException if the text is not a server URL
    public static URI address(String name, String given) {
        String text = printable(name, given);
        String rule = name + " must be an address such as https://muster.example.org, not " + text;
        try {
            URI server = new URI(text.replaceAll("/+$", ""));
            if (("http".equals(server.getScheme()) || "https".equals(server.getScheme()))
                    && server.getHost() != null
                    && server.getRawUserInfo() == null
                    && server.getRawQuery() == null
                    && server.getRawFragment() == null) {
                return server;
            }
        } catch (URISyntaxException e) {
            throw CommandException.usage(rule, e);
        }
        throw CommandException.usage(rule);
    }

    /// Checks that a string is safe in a header or URL, which means printable ASCII without spaces.
    ///
    /// @param name the option or variable that it came from, for messages
    public static String printable(String name, String text) {
        if (!text.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw CommandException.usage(name + " must be of printable ASCII without spaces");
        }
        return text;
    }
}
