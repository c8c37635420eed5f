package dev.muster.api.smileid;

import dev.muster.http.Request;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Builds the URLs in replies, from the server's public URL or, if none is configured, from the address of the
/// request.
///
/// @param publicUrl the server's public URL, without a trailing slash; null to use the address of each request
record SmileAddresses(@Nullable URI publicUrl) {
    static final String BASE = "/smileid/v1";
    static final String UPLOAD = BASE + "/uploads/{realm}/{job}/{token}";
    static final String IMAGE = BASE + "/images/{realm}/{link}";

    /// A number that no realm has.
    private static final long NO_REALM = -1;

    private static final UUID NO_ID = new UUID(0, 0);

    String upload(Request request, long realm, UUID job, String token) {
        return start(request) + "/uploads/" + realm + "/" + job + "/" + token;
    }

    String image(Request request, long realm, String link, String jobId) {
        return start(request) + "/images/" + realm + "/" + link + "?" + JobCalls.JOB_ID + "="
                + URLEncoder.encode(jobId, StandardCharsets.UTF_8);
    }

    private String start(Request request) {
        return (publicUrl == null ? request.scheme() + "://" + request.authority() : publicUrl) + BASE;
    }

    /// The realm in a request's path. If it is not a number, a number that no realm has.
    static long realm(Request request) {
        String text = request.path("realm");
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : NO_REALM;
    }

    static UUID id(String text) {
        return text.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}") ? UUID.fromString(text) : NO_ID;
    }
}
