package dev.muster.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The effect of a change on each of many users. Users who are not changed are grouped by the reason, and come first,
/// because the operator has to look at them.
///
/// @param groups the users who are not changed
/// @param changed the users who are changed
public record BulkOutcomes(List<Group> groups, List<Outcome> changed) {
    static final BulkOutcomes NONE = new BulkOutcomes(List.of());

    BulkOutcomes(List<Outcome> outcomes) {
        this(grouped(outcomes), outcomes.stream().filter(Outcome::changes).toList());
    }

    /// The effect on one user.
    ///
    /// @param href the link to the user; empty if there is no such user
    /// @param why the reason why the user is not changed; empty if they are changed
    /// @param waits whether the change needs the approval of a second operator
    /// @param undo the change, as encoded by [HoldUndo.ChangedUser#text]; empty if nothing changed
    public record Outcome(
            String name, String href, String before, String after, String why, boolean waits, String undo) {
        public boolean changes() {
            return !undo.isEmpty();
        }
    }

    /// Users who are not changed for the same reason.
    public record Group(String why, List<Outcome> users) {
        /// The title of the group, such as `Not changed: 26 users`.
        public String title() {
            return (waits() ? "Needs approval: " : "Not changed: ") + BulkOutcomes.users(users.size());
        }

        boolean waits() {
            return users.getFirst().waits();
        }
    }

    private static List<Group> grouped(List<Outcome> outcomes) {
        Map<String, List<Outcome>> byReason = new LinkedHashMap<>();
        outcomes.stream()
                .filter(outcome -> !outcome.changes())
                .forEach(outcome -> byReason.computeIfAbsent(outcome.why(), _ -> new ArrayList<>())
                        .add(outcome));
        return byReason.entrySet().stream()
                .map(each -> new Group(each.getKey(), each.getValue()))
                .toList();
    }

    public static String users(int count) {
        return count == 1 ? "1 user" : Labels.number(count) + " users";
    }

    public int total() {
        return changed.size()
                + groups.stream().mapToInt(group -> group.users.size()).sum();
    }

    /// How many of the users are changed, such as `2 of 3 users`.
    public String changedOfTotal() {
        return Labels.number(changed.size()) + " of " + users(total());
    }

    /// The number of users whose change needs the approval of a second operator.
    int waiting() {
        return groups.stream()
                .filter(Group::waits)
                .mapToInt(group -> group.users.size())
                .sum();
    }

    /// What the preview says about all of them.
    public String summary() {
        return waiting() > 0
                ? "A second operator has to approve this. Nothing has been requested yet."
                : changed.isEmpty()
                        ? "Nothing would change."
                        : changedOfTotal() + " would change. Nothing has been changed yet.";
    }

    List<String> undo() {
        return changed.stream().map(Outcome::undo).toList();
    }
}
