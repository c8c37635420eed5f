package dev.muster.api.epixel;

import dev.muster.http.Request;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The headers that every write understands. One that is not understood is a fault of the request: a guard is not to be
/// passed over.
///
/// @param ifMatch the version that the user must have; null for any
/// @param idempotencyKey makes it safe to send again; null without
/// @param dryRun judged and answered as it would be, and nothing is kept
record Guards(@Nullable Long ifMatch, @Nullable String idempotencyKey, boolean dryRun) {
    private static final String IF_MATCH = "If-Match";
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    private static final String DRY_RUN = "Muster-Dry-Run";

    private static final Pattern VERSION_FORM = Pattern.compile("\"([1-9][0-9]{0,17})\"");
    private static final Pattern TAG_FORM = Pattern.compile("(W/)?\"[\\x21\\x23-\\x7e]*\"");
    private static final Pattern KEY_FORM = Pattern.compile("[\\x21-\\x7e]{1,255}");

    /// Versions begin at 1: a tag that was never given out matches no user.
    private static final long NO_VERSION = -1;

    static Guards of(Request request, Input input) {
        return new Guards(
                ifMatch(request.header(IF_MATCH), input),
                idempotencyKey(request.header(IDEMPOTENCY_KEY), input),
                dryRun(request.header(DRY_RUN), input));
    }

    private static @Nullable Long ifMatch(@Nullable String header, Input input) {
        if (header == null || header.equals("*")) {
            return null;
        }
        Matcher version = VERSION_FORM.matcher(header);
        if (version.matches()) {
            return Long.valueOf(version.group(1));
        }
        if (!TAG_FORM.matcher(header).matches()) {
            input.fault(IF_MATCH, "not_a_tag", "Must be one version in double quotes, such as \"3\".");
        }
        return NO_VERSION;
    }

    private static @Nullable String idempotencyKey(@Nullable String header, Input input) {
        if (header != null && !KEY_FORM.matcher(header).matches()) {
            input.fault(IDEMPOTENCY_KEY, "not_a_key", "Must be 1 to 255 visible ASCII characters, given once.");
        }
        return header;
    }

    private static boolean dryRun(@Nullable String header, Input input) {
        return switch (header) {
            case null -> false;
            case "true" -> true;
            case "false" -> false;
            default -> {
                input.fault(DRY_RUN, "not_a_flag", "Must be true or false.");
                yield false;
            }
        };
    }
}
