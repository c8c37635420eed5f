package dev.muster.console;

import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.model.Result;
import dev.muster.model.user.User;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/// The names of the users on a page, found with one lookup.
record UserNames(Map<UUID, User> users) {
    /// Looks up the names; finds none if the operator may not read users.
    static UserNames of(Directory directory, PageVisit visit, Collection<UUID> ids) {
        return directory.find(visit.actor(), visit.realm().id(), ids)
                        instanceof Result.Ok<AsOf<Map<UUID, User>>>(var seen)
                ? new UserNames(seen.value())
                : new UserNames(Map.of());
    }

    String of(UUID id) {
        User user = users.get(id);
        return user == null ? "user" : Labels.name(user);
    }
}
