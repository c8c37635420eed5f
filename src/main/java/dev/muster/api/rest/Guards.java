package dev.muster.api.rest;

import dev.muster.http.Request;
import org.jspecify.annotations.Nullable;

/// The headers that every write understands.
///
/// @param idempotencyKey makes it safe to send again; null without
/// @param ifMatch the versions that the user may have; null for any
/// @param dryRun judged and answered as it would be, and nothing is kept
record Guards(@Nullable String idempotencyKey, @Nullable EntityTags ifMatch, boolean dryRun) {

    static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    static final String IF_MATCH = "If-Match";
    static final String IF_NONE_MATCH = "If-None-Match";
    static final String DRY_RUN = "Muster-Dry-Run";

    static final Guards NONE = new Guards(null, null, false);

    private static final int LONGEST_KEY = 255;

    /// @throws Declined when one of them cannot be understood: a guard that is not understood is not to
    ///     be passed over
    static Guards of(Request request) {
        return new Guards(
                idempotencyKey(request.header(IDEMPOTENCY_KEY)),
                EntityTags.parse(request.header(IF_MATCH)),
                dryRun(request.header(DRY_RUN)));
    }

    private static @Nullable String idempotencyKey(@Nullable String header) {
        if (header == null) {
            return null;
        }
        boolean fits = !header.isEmpty()
                && header.length() <= LONGEST_KEY
                && header.chars().allMatch(c -> c > ' ' && c <= '~');
        if (!fits) {
            throw Declined.malformed("Idempotency-Key must be 1 to 255 visible ASCII characters, given once.");
        }
        return header;
    }

    private static boolean dryRun(@Nullable String header) {
        if (header == null || header.equals("false")) {
            return false;
        }
        if (header.equals("true")) {
            return true;
        }
        throw Declined.malformed("Muster-Dry-Run must be true or false.");
    }
}
