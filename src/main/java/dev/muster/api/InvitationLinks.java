package dev.muster.api;

import dev.muster.http.Request;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Makes the links by which operators choose their password in the console.
///
/// @param publicUrl what links begin with, without a slash at its end; null for where the request arrived
public record InvitationLinks(@Nullable URI publicUrl) {
    /// The path of the page, below which is the secret part of a link.
    public static final String PATH = "/console/invitation/";

    /// @param token the secret part
    public String of(Request request, String token) {
        return (publicUrl == null ? request.scheme() + "://" + request.authority() : publicUrl) + PATH + token;
    }
}
