package dev.muster.api.evidence;

import dev.muster.http.json.JsonStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// The information about a job in `info.json`, apart from its images.
///
/// @param callbackUrl the callback URL as it was sent; null if there is none
public record EvidenceInfo(@Nullable String callbackUrl) {
    /// The value for a job about which nothing is known.
    public static final EvidenceInfo NONE = new EvidenceInfo(null);

    private static final String ABOUT_THE_JOB = "misc_information";
    private static final String CALLBACK_URL = "callback_url";

    /// Reads a file as a stream, since it may contain all images.
    ///
    /// @param utf8 the input; it is read to its end unless it is malformed, and is not closed
    /// @return the information; null if the input is not one JSON object by the rules of
    ///     [dev.muster.http.json.Json#isObject]
    /// @throws IOException if reading fails
    static @Nullable EvidenceInfo read(InputStream utf8) throws IOException {
        try (JsonStream json = new JsonStream(utf8)) {
            if (json.next() != JsonStream.Token.OBJECT) {
                return null;
            }
            String callbackUrl = null;
            while (json.next() == JsonStream.Token.NAME) {
                boolean aboutTheJob = json.text().equals(ABOUT_THE_JOB);
                if (json.next() == JsonStream.Token.OBJECT && aboutTheJob) {
                    callbackUrl = callbackUrl(json);
                } else {
                    json.skip();
                }
            }
            return json.next() == null ? new EvidenceInfo(callbackUrl) : null;
        } catch (JsonStream.Malformed e) {
            return null;
        }
    }

    /// Reads the object that has just begun to its end and returns its callback URL; null if it has none.
    private static @Nullable String callbackUrl(JsonStream json) throws IOException {
        String callbackUrl = null;
        while (json.next() == JsonStream.Token.NAME) {
            boolean named = json.text().equals(CALLBACK_URL);
            if (json.next() == JsonStream.Token.TEXT && named) {
                callbackUrl = json.text();
            } else {
                json.skip();
            }
        }
        return callbackUrl;
    }
}
