package dev.muster.directory;

import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.user.User;
import java.util.List;

/// What a user belongs to and has access to; nothing while the user is removed.
///
/// @param groups in order of their names
/// @param policies those assigned to the user themselves, in order of their names
/// @param throughGroups those assigned to a group that the user is in, in order of their names; one may stand in
///     both
public record Access(User user, List<Group> groups, List<Policy> policies, List<Policy> throughGroups) {}
