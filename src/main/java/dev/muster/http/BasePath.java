package dev.muster.http;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/// The path under which clients reach this server: `/muster` for `https://example.org/muster`, empty for a
/// server at the root of its host. Links and redirects include it; a proxy may strip it from requests.
///
/// @param path the percent-encoded path; either empty, or with a leading and without a trailing slash
public record BasePath(String path) {

    /// The base path of a server at the root of its host.
    public static final BasePath ROOT = new BasePath("");

    public BasePath {
        if (path.endsWith("/") || (!path.isEmpty() && !path.startsWith("/"))) {
            throw new IllegalArgumentException("a base path must begin with a slash and not end with one: " + path);
        }
    }

    /// Returns the path of a public URL; [#ROOT] if the URL is null.
    ///
    /// @param publicUrl the server's public URL, without a trailing slash; null if unknown
    public static BasePath of(@Nullable URI publicUrl) {
        return publicUrl == null ? ROOT : new BasePath(publicUrl.getRawPath());
    }

    /// Prepends the base path to a path of this server, as clients must request it.
    ///
    /// @param of a path that begins with a slash
    public String at(String of) {
        return path + of;
    }

    /// Strips this base path from a requested path; null if the path is not below it, or if this base path is
    /// empty.
    public @Nullable String below(String requestedPath) {
        if (path.isEmpty() || !requestedPath.startsWith(path)) {
            return null;
        }
        String rest = requestedPath.substring(path.length());
        return rest.isEmpty() ? "/" : rest.startsWith("/") ? rest : null;
    }
}
