package dev.muster.model.tenant;

import dev.muster.model.value.Changes;
import java.util.Map;

/// How much of each thing a realm may have. Root sets it; a realm that root has set nothing for has [#DEFAULT].
/// A quota that is lowered below what is there takes nothing away: it refuses what would be more.
///
/// @param users how many users, removed, barred and erased ones too: their rows stay
/// @param evidenceBytes how many bytes of evidence are stored at a time, as they were uploaded
/// @param groups how many groups
/// @param policies how many policies
/// @param keys how many API keys that are not revoked; one that has expired counts until it is revoked
/// @param requestsPerSecond how many requests a second each key may send; as many at once after a pause
public record Quotas(long users, long evidenceBytes, long groups, long policies, long keys, long requestsPerSecond) {
    /// Generous: see `docs/decisions/049`.
    public static final Quotas DEFAULT = new Quotas(10_000_000, 100_000_000_000L, 100_000, 100_000, 10_000, 100_000);

    /// No quota is higher: 10^15, which a client that reads numbers as floating point still reads exactly.
    public static final long MOST = 1_000_000_000_000_000L;

    /// No rate is higher, in requests a second.
    public static final long MOST_REQUESTS = 1_000_000;

    /// What the journal shows when `before` became `after`.
    public static Changes diff(Quotas before, Quotas after) {
        return Changes.between(before.byName(), after.byName());
    }

    /// By the names that the journal has for them.
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
