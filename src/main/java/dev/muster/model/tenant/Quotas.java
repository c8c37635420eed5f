package dev.muster.model.tenant;

import dev.muster.model.value.Changes;
import java.util.Map;

/// The quotas of a realm. Root sets them; the default is [#DEFAULT]. Lowering a quota below the current use deletes
/// nothing, but prevents any increase.
///
/// @param users the number of users, including removed, barred and erased ones, because their rows are kept
/// @param evidenceBytes the number of bytes of evidence that may be stored at a time, before sealing
/// @param groups the number of groups
/// @param policies the number of policies
/// @param keys the number of API keys that are not revoked, including expired ones
/// @param requestsPerSecond the number of requests per second that each key may send, which is also the size of the
///     largest burst after a pause
public record Quotas(long users, long evidenceBytes, long groups, long policies, long keys, long requestsPerSecond) {
    /// The default quotas, which are generous: see `docs/decisions/049`.
    public static final Quotas DEFAULT = new Quotas(10_000_000, 100_000_000_000L, 100_000, 100_000, 10_000, 100_000);

    /// The maximum of any quota: 10^15, which clients that parse numbers as floating point can still represent
    /// exactly.
    public static final long MAX_QUOTA = 1_000_000_000_000_000L;

    /// The maximum rate, in requests per second.
    public static final long MAX_REQUESTS = 1_000_000;

    /// The differences between two sets of quotas, as the journal records them.
    public static Changes diff(Quotas before, Quotas after) {
        return Changes.between(before.byName(), after.byName());
    }

    /// The quotas, keyed by their names in the journal.
    public Map<String, Object> byName() {
        return Map.of(
                "users", users,
                "evidenceBytes", evidenceBytes,
                "groups", groups,
                "policies", policies,
                "keys", keys,
                "requestsPerSecond", requestsPerSecond);
    }
}
