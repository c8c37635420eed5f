package dev.muster.directory;

import dev.muster.model.credential.Rank;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;

/// The filters of a [UserQuery], none of which is set at first.
final class Filters {
    Status status;
    HoldKind hold;
    Tag tag;
    Rank rank;
    UUID group;
    UUID policy;
    String text;
    Instant registeredAfter;
    Instant registeredBefore;

    /// Returns a query with the filters that `fill` sets.
    static UserQuery query(int limit, Long after, long offset, Consumer<Filters> fill) {
        Filters its = new Filters();
        fill.accept(its);
        return new UserQuery(
                its.status,
                its.hold,
                its.tag,
                its.rank,
                its.group,
                its.policy,
                its.text,
                its.registeredAfter,
                its.registeredBefore,
                limit,
                after,
                offset);
    }
}
