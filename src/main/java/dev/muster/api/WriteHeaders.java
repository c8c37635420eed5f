package dev.muster.api;

import dev.muster.http.Request;
import dev.muster.model.value.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The headers that all writes in all dialects support. An invalid header is an error and is never ignored.
///
/// @param ifMatch the accepted versions of the target (`If-Match`); null for any version; empty if no tag names a
///     version
/// @param idempotencyKey the key that makes it safe to resend the request (`Idempotency-Key`); null if absent
/// @param dryRun whether to preview the write without storing anything (`Muster-Dry-Run`)
/// @param faults one error for each invalid header, with the header's name as its field
public record WriteHeaders(
        @Nullable Set<Long> ifMatch, @Nullable String idempotencyKey, boolean dryRun, List<FieldError> faults) {
    public static final String IF_MATCH = "If-Match";
    public static final String IF_NONE_MATCH = "If-None-Match";
    public static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    public static final String DRY_RUN = "Muster-Dry-Run";

    /// The value for a request without these headers.
    public static final WriteHeaders NONE = new WriteHeaders(null, null, false, List.of());

    /// One element of a list of entity tags, which may be empty, with the comma after it.
    private static final Pattern ELEMENT = Pattern.compile("[ \\t]*((?:W/)?\"[^\\x00-\\x20\\x7f\"]*\")?[ \\t]*(?:,|$)");

    /// A version as sent in `ETag`, or as modified by proxies that compress replies: nginx, HAProxy and most others
    /// make the tag weak, while Apache and Caddy append the coding. A weak tag is accepted, because it means only
    /// that the bytes may differ, not that the user does.
    private static final Pattern VERSION =
            Pattern.compile("(?:W/)?\"([1-9][0-9]{0,17})(?:[-;](?:gzip|br|zstd|deflate))?\"");

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    /// Reads the headers of a request.
    public static WriteHeaders of(Request request) {
        List<FieldError> faults = new ArrayList<>(0);
        String match = request.header(IF_MATCH);
        Set<Long> versions = null;
        if (match != null && !match.strip().equals("*")) {
            versions = versions(match);
            if (versions == null) {
                faults.add(
                        new FieldError(IF_MATCH, "not_a_tag", "Must be one version in double quotes, such as \"3\"."));
            }
        }
        String key = request.header(IDEMPOTENCY_KEY);
        if (key != null && !KEY.matcher(key).matches()) {
            faults.add(new FieldError(
                    IDEMPOTENCY_KEY, "not_a_key", "Must be 1 to 255 visible ASCII characters, given once."));
        }
        String dryRun = request.header(DRY_RUN);
        if (dryRun != null && !dryRun.equals("true") && !dryRun.equals("false")) {
            faults.add(new FieldError(DRY_RUN, "not_a_flag", "Must be true or false."));
        }
        return new WriteHeaders(versions, key, "true".equals(dryRun), faults);
    }

    /// Parses the versions in a list of entity tags. Ignores tags that are not versions.
    ///
    /// @return the versions; null if the header is not a list of entity tags
    static @Nullable Set<Long> versions(String header) {
        Set<Long> versions = new HashSet<>();
        boolean any = false;
        int end = 0;
        Matcher element = ELEMENT.matcher(header);
        while (end < header.length() && element.region(end, header.length()).lookingAt()) {
            end = element.end();
            if (element.group(1) != null) {
                any = true;
                Matcher version = VERSION.matcher(element.group(1));
                if (version.matches()) {
                    versions.add(Long.valueOf(version.group(1)));
                }
            }
        }
        return any && end == header.length() ? versions : null;
    }

    /// The entity tag of a version, for `ETag` and `If-Match`.
    public static String tag(long version) {
        return "\"" + version + "\"";
    }
}
