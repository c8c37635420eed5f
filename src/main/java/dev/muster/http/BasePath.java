package dev.muster.http;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/// The path under which clients reach this server: `/muster` for `https://example.org/muster`, empty where the
/// server has a host of its own. A proxy may strip it from the requests that it passes on or leave it there;
/// links and redirects always have it.
///
/// @param path begins with a slash and ends without one, or is empty; percent-encoded
public record BasePath(String path) {

    /// Where the server has a host of its own.
    public static final BasePath ROOT = new BasePath("");

    public BasePath {
        if (path.endsWith("/") || (!path.isEmpty() && !path.startsWith("/"))) {
            throw new IllegalArgumentException("a base path begins with a slash and ends without one: " + path);
        }
    }

    /// The path of a public address.
    ///
    /// @param publicUrl without a slash at its end; null where none is known
    public static BasePath of(@Nullable URI publicUrl) {
        return publicUrl == null ? ROOT : new BasePath(publicUrl.getRawPath());
    }

    /// A path of this server as clients have to ask for it.
    ///
    /// @param of the server, beginning with a slash
    public String at(String of) {
        return path + of;
    }

    /// The path of this server that `asked` is for; null where `asked` does not begin with this base path.
    public @Nullable String below(String asked) {
        if (path.isEmpty() || !asked.startsWith(path)) {
            return null;
        }
        String rest = asked.substring(path.length());
        return rest.isEmpty() ? "/" : rest.startsWith("/") ? rest : null;
    }
}
