package dev.muster.http;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The headers that every write of every dialect understands. One that is not understood is a fault of the request: a
/// guard is not to be passed over.
///
/// @param ifMatch the version that the user must have (`If-Match`, of one entity tag); null for any
/// @param idempotencyKey makes it safe to send again (`Idempotency-Key`); null without
/// @param dryRun judged and answered as it would be, and nothing is kept (`Muster-Dry-Run`)
/// @param misread what was not understood; empty when all was
public record Guards(@Nullable Long ifMatch, @Nullable String idempotencyKey, boolean dryRun, List<Misread> misread) {
    private static final String IF_MATCH = "If-Match";
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    private static final String DRY_RUN = "Muster-Dry-Run";

    /// A version as `ETag` showed it, and as proxies that compress replies show it instead: nginx, HAProxy and
    /// most others make the tag a weak one, Apache and Caddy name their coding in it.
    private static final Pattern VERSION =
            Pattern.compile("(?:W/)?\"([1-9][0-9]{0,17})(?:[-;](?:gzip|br|zstd|deflate))?\"");

    private static final Pattern TAG = Pattern.compile("(W/)?\"[\\x21\\x23-\\x7e]*\"");
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    /// Versions begin at 1: a tag that was never given out matches no user.
    private static final long NO_VERSION = -1;

    /// A header that is not understood.
    ///
    /// @param words what it must be: `must be …`
    public record Misread(String header, String code, String words) {
        /// The words as a sentence.
        public String sentence() {
            return "Must" + words.substring(4) + ".";
        }
    }

    /// The version that an entity tag stands for, weak or not: a weak tag says that the bytes may be others,
    /// which a compressing proxy makes true, and not that the user may be. Null for a tag that was never given
    /// out.
    public static @Nullable Long version(String tag) {
        Matcher version = VERSION.matcher(tag);
        return version.matches() ? Long.valueOf(version.group(1)) : null;
    }

    /// Those of one request.
    public static Guards of(Request request) {
        List<Misread> misread = new ArrayList<>(0);
        Long ifMatch = ifMatch(request.header(IF_MATCH), misread);
        String key = request.header(IDEMPOTENCY_KEY);
        if (key != null && !KEY.matcher(key).matches()) {
            misread.add(
                    new Misread(IDEMPOTENCY_KEY, "not_a_key", "must be 1 to 255 visible ASCII characters, given once"));
        }
        boolean dryRun = dryRun(request.header(DRY_RUN), misread);
        return new Guards(ifMatch, key, dryRun, List.copyOf(misread));
    }

    private static @Nullable Long ifMatch(@Nullable String header, List<Misread> misread) {
        if (header == null || header.equals("*")) {
            return null;
        }
        Long version = version(header.strip());
        if (version != null) {
            return version;
        }
        if (!TAG.matcher(header).matches()) {
            misread.add(new Misread(IF_MATCH, "not_a_tag", "must be one version in double quotes, such as \"3\""));
        }
        return NO_VERSION;
    }

    private static boolean dryRun(@Nullable String header, List<Misread> misread) {
        return switch (header) {
            case null -> false;
            case "true" -> true;
            case "false" -> false;
            default -> {
                misread.add(new Misread(DRY_RUN, "not_a_flag", "must be true or false"));
                yield false;
            }
        };
    }
}
