package dev.muster.model.user;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Whether a user may act at a given time, and which holds determine that. It is a pure function of the holds and the
/// time.
///
/// @param holds all holds in effect, most severe first, each with a flag that tells whether it decides
/// @param until when the decision next changes because holds expire; null if it does not
/// @param next the decision that applies from `until`; null if `until` is null
/// @param version the version of the user when the holds were read
/// @param at the time for which the standing was computed
public record Standing(
        UUID userId,
        Decision decision,
        Status status,
        List<EffectiveHold> holds,
        @Nullable Instant until,
        @Nullable Decision next,
        long version,
        Instant at) {
    /// A hold in effect. `isDecisive` is true if it requires the decision that was made.
    public record EffectiveHold(Hold hold, boolean isDecisive) {}

    public static Standing of(UUID userId, Holds holds, long version, Instant now) {
        if (holds.isEmpty()) {
            return new Standing(userId, Decision.ALLOW, Status.ACTIVE, List.of(), null, null, version, now);
        }
        Decision decision = holds.decision(now);
        List<EffectiveHold> effective = new ArrayList<>();
        TreeSet<Instant> ends = new TreeSet<>();
        for (Hold hold : holds.at(now).all()) {
            effective.add(new EffectiveHold(hold, hold.kind().decision() == decision));
            if (hold.until() != null) {
                ends.add(hold.until());
            }
        }
        for (Instant end : ends) {
            Decision then = holds.decision(end);
            if (then != decision) {
                return new Standing(userId, decision, holds.status(now), effective, end, then, version, now);
            }
        }
        return new Standing(userId, decision, holds.status(now), effective, null, null, version, now);
    }
}
