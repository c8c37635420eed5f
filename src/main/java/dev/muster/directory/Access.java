package dev.muster.directory;

import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.user.User;
import java.util.List;

/// A user with their groups and policies. All three lists are empty if the user is removed.
///
/// @param groups the user's groups, sorted by name
/// @param policies the policies assigned to the user directly, sorted by name
/// @param throughGroups the policies assigned to at least one of the user's groups, sorted by name; a policy may be in
///     both lists
public record Access(User user, List<Group> groups, List<Policy> policies, List<Policy> throughGroups) {}
