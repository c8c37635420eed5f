package dev.muster.api.evidence;

import dev.muster.http.json.JsonStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// What `info.json` says about a job, apart from its images.
///
/// @param callbackUrl the callback address as it was sent; null for none
public record EvidenceInfo(@Nullable String callbackUrl) {
    /// A job that nothing is known about.
    public static final EvidenceInfo NONE = new EvidenceInfo(null);

    private static final String ABOUT_THE_JOB = "misc_information";
    private static final String CALLBACK_URL = "callback_url";

    /// Reads a file as a stream, since it may contain all images.
    ///
    /// @param utf8 read to its end unless malformed; not closed
    /// @return null if it is not one JSON object, as strict as [dev.muster.http.json.Json#isObject]
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

    /// Reads the object that has just begun, to its end.
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
