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

/// The headers that every write of every dialect understands. One that cannot be read is a fault of the request, and
/// is never ignored.
///
/// @param ifMatch the versions that the target may have (`If-Match`); null for any, empty where no version was named
///     that was ever given out
/// @param idempotencyKey makes it safe to send the request again (`Idempotency-Key`); null without
/// @param dryRun judged and answered as it would be, and nothing is kept (`Muster-Dry-Run`)
/// @param faults one for each header that cannot be read; its field is the header's name
public record WriteHeaders(
        @Nullable Set<Long> ifMatch, @Nullable String idempotencyKey, boolean dryRun, List<FieldError> faults) {
    public static final String IF_MATCH = "If-Match";
    public static final String IF_NONE_MATCH = "If-None-Match";
    public static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    public static final String DRY_RUN = "Muster-Dry-Run";

    /// Those of a request without any.
    public static final WriteHeaders NONE = new WriteHeaders(null, null, false, List.of());

    /// One element of a list of entity tags, which may be empty, and the comma behind it.
    private static final Pattern ELEMENT = Pattern.compile("[ \\t]*((?:W/)?\"[^\\x00-\\x20\\x7f\"]*\")?[ \\t]*(?:,|$)");

    /// A version as `ETag` showed it, and as proxies that compress replies show it instead: nginx, HAProxy and most
    /// others make the tag a weak one, Apache and Caddy name their coding in it. A weak tag says that the bytes may
    /// differ, which compression makes true, and not that the user may.
    private static final Pattern VERSION =
            Pattern.compile("(?:W/)?\"([1-9][0-9]{0,17})(?:[-;](?:gzip|br|zstd|deflate))?\"");

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    /// Those of one request.
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

    /// The versions that a list of entity tags names. Tags that were never given out name none.
    ///
    /// @return null when it is not a list of entity tags
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

    /// The entity tag of a version, as `If-Match` takes it.
    public static String tag(long version) {
        return "\"" + version + "\"";
    }
}
