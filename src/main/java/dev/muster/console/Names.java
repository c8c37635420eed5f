package dev.muster.console;

import dev.muster.directory.Directory;
import dev.muster.directory.Seen;
import dev.muster.model.Result;
import dev.muster.model.User;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/// What the users that a page speaks of are called. All are looked up at once.
record Names(Map<UUID, User> users) {
    /// None where the operator may not read users.
    static Names of(Directory directory, Visit visit, Collection<UUID> ids) {
        return directory.find(visit.actor(), visit.realm().id(), ids)
                        instanceof Result.Ok<Seen<Map<UUID, User>>>(var seen)
                ? new Names(seen.value())
                : new Names(Map.of());
    }

    String of(UUID id) {
        User user = users.get(id);
        return user == null ? "user" : Words.name(user);
    }
}
