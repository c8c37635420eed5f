package dev.muster.api;

import dev.muster.http.Request;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Creates the links that let operators choose their password in the console.
///
/// @param publicUrl the server's public URL, with which each link begins, without a trailing slash; null to use the
///     address of the request
public record InvitationLinks(@Nullable URI publicUrl) {
    /// The path of the page. In a link, the token follows the path.
    public static final String PATH = "/console/invitation/";

    /// The link with this token.
    ///
    /// @param token the secret part of the link
    public String of(Request request, String token) {
        return (publicUrl == null ? request.scheme() + "://" + request.authority() : publicUrl) + PATH + token;
    }
}
