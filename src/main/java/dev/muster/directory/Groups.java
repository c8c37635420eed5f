package dev.muster.directory;

import dev.muster.model.Actor;
import dev.muster.model.Group;
import dev.muster.model.Policy;
import dev.muster.model.Result;
import dev.muster.model.UserRef;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Groups and policies as they are read. Every method needs `users:read`, else it is `Forbidden`; `Busy` means that
/// storage did not answer in time. Who is in a group, and to whom a policy is assigned, is listed by
/// [Directory#list].
public final class Groups {
    /// A group, or `NotFound`.
    public Result<Group> group(Actor actor, long realm, UUID id) {
        throw new UnsupportedOperationException();
    }

    /// Groups in order of their folded names.
    ///
    /// @param after list those with a later folded name; null to begin
    /// @param offset how many to pass over, after `after`
    public Result<PageByName<Group>> groups(Actor actor, long realm, int limit, @Nullable String after, long offset) {
        throw new UnsupportedOperationException();
    }

    /// A policy, or `NotFound`.
    public Result<Policy> policy(Actor actor, long realm, UUID id) {
        throw new UnsupportedOperationException();
    }

    /// Policies in order of their folded names.
    public Result<PageByName<Policy>> policies(
            Actor actor, long realm, int limit, @Nullable String after, long offset) {
        throw new UnsupportedOperationException();
    }

    /// The groups that a policy is assigned to, in order of their names; `NotFound` without that policy.
    public Result<List<Group>> groupsOf(Actor actor, long realm, UUID policy) {
        throw new UnsupportedOperationException();
    }

    /// What a user belongs to and has access to.
    public Result<Seen<Access>> access(Actor actor, long realm, UserRef ref) {
        throw new UnsupportedOperationException();
    }

    /// The names of the groups that each of these users is in, in order; users in none are left out.
    public Result<Map<UUID, List<String>>> groupNames(Actor actor, long realm, Collection<UUID> users) {
        throw new UnsupportedOperationException();
    }
}
