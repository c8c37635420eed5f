package dev.muster.storage;

import dev.muster.model.state.LoadPlan;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Identifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/// Looks up sets of things by their keys, over several realms: one statement for each kind of key, and none where no
/// key of that kind is wanted.
final class Loading {
    private final Session session;
    private final Map<Long, LoadPlan> needs;

    Loading(Session session, Map<Long, LoadPlan> needs) {
        this.session = session;
        this.needs = needs;
    }

    void users(Collection<Rows.UserRow> all) {
        find("users_by_id", "uuid", needed -> needed.people.ids, UserColumns::read, all);
        find("users_by_number", "bigint", needed -> needed.people.numbers, UserColumns::read, all);
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            find(
                    "users_by_" + word(kind),
                    "text",
                    needed -> folded(needed.people.identifiers, kind),
                    UserColumns::read,
                    all);
        }
    }

    /// What a kind of identifier is called in the names of statements.
    static String word(Identifier.Kind kind) {
        return switch (kind) {
            case EMAIL -> "email";
            case EXTERNAL_ID -> "external_id";
            case USERNAME -> "username";
        };
    }

    private static List<String> folded(Collection<Identifier.Key> keys, Identifier.Kind kind) {
        return keys.isEmpty()
                ? List.of()
                : keys.stream()
                        .filter(key -> key.kind() == kind)
                        .map(Identifier.Key::folded)
                        .toList();
    }

    void bars(Collection<Rows.BarRow> all) {
        find("bars_by_fingerprint", "bytea", needed -> bytes(needed.people.bars), Columns::bar, all);
    }

    void cards(Collection<Rows.CardRow> all) {
        find("cards_by_fingerprint", "bytea", needed -> bytes(needed.people.cards), Columns::card, all);
    }

    void jobNames(Collection<Rows.JobNameRow> all) {
        find(
                "names_of_jobs",
                "bytea",
                needed -> bytes(needed.jobs.names),
                row -> new Rows.JobNameRow(row.number(), row.bytes()),
                all);
    }

    private static List<byte[]> bytes(Collection<Fingerprint> prints) {
        return prints.stream().map(Fingerprint::bytes).toList();
    }

    void keys(Collection<Rows.KeyRow> all) {
        find(
                "keys_by_id",
                "uuid",
                needed -> needed.credentials.wantsAllKeys() ? List.<UUID>of() : needed.credentials.keys,
                Columns::key,
                all);
        List<Long> whole = needs.entrySet().stream()
                .filter(needed -> needed.getValue().credentials.wantsAllKeys())
                .map(Map.Entry::getKey)
                .toList();
        if (!whole.isEmpty()) {
            all.addAll(session.list("keys_of_realms", to -> to.values("bigint", whole), Columns::key));
        }
    }

    void operators(Collection<Rows.OperatorRow> all) {
        find(
                "operators_by_id",
                "uuid",
                needed -> needed.credentials.wantsAllOperators() ? List.<UUID>of() : needed.credentials.operators,
                Columns::operator,
                all);
        find(
                "operators_by_username",
                "text",
                needed -> needed.credentials.wantsAllOperators()
                        ? List.<String>of()
                        : folded(needed.credentials.operatorNames, Identifier.Kind.USERNAME),
                Columns::operator,
                all);
        List<Long> whole = needs.entrySet().stream()
                .filter(needed -> needed.getValue().credentials.wantsAllOperators())
                .map(Map.Entry::getKey)
                .toList();
        if (!whole.isEmpty()) {
            all.addAll(session.list("operators_of_realms", to -> to.values("bigint", whole), Columns::operator));
        }
    }

    /// Tenants are the same in every realm.
    void tenants(Collection<Tenant> all) {
        List<String> partners = needs.values().stream()
                .flatMap(needed -> needed.credentials.partners.stream())
                .distinct()
                .toList();
        if (!partners.isEmpty()) {
            all.addAll(session.list("tenants_by_partner", to -> to.values("text", partners), Columns::tenant));
        }
    }

    /// Jobs, whose users are needed from now on: so they come before the users.
    void jobs(Collection<Rows.JobRow> all) {
        List<Rows.JobRow> found = new ArrayList<>();
        find("jobs_by_job_id", "text", needed -> needed.jobs.ids, JobColumns::read, found);
        for (Rows.JobRow job : found) {
            if (job.user() != null) {
                needed(job.realm()).people.user(UserRef.id(job.user()));
            }
        }
        all.addAll(found);
    }

    private LoadPlan needed(long realm) {
        return Objects.requireNonNull(needs.get(realm));
    }

    /// Groups and policies that are needed, and, where affiliations are, what these users belong to.
    void affiliations(Loaded loaded) {
        Map<Long, Set<UUID>> users = new LinkedHashMap<>();
        for (Rows.UserRow row : loaded.users) {
            if (needed(row.realm()).memberships.wantsAffiliations()) {
                add(users, row.realm(), row.id());
            }
        }
        find("memberships_by_user", "uuid", users, GroupColumns::membership, loaded.memberships);
        find("assignments_by_user", "uuid", users, GroupColumns::assignment, loaded.assignments);
        find(
                "group_assignments_by_group",
                "uuid",
                needed -> needed.memberships.policiesOfGroups,
                GroupColumns::groupAssignment,
                loaded.groupAssignments);
        groups(loaded);
        policies(loaded);
    }

    private void groups(Loaded loaded) {
        Map<Long, Set<UUID>> ids = wanted(needed -> needed.memberships.groups);
        loaded.memberships.forEach(row -> add(ids, row.realm(), row.group()));
        List<Rows.GroupRow> found = new ArrayList<>();
        find("groups_by_id", "uuid", ids, GroupColumns::group, found);
        find("groups_by_name", "text", needed -> needed.memberships.groupNames, GroupColumns::group, found);
        loaded.groups.addAll(once(found, Rows.GroupRow::id));
    }

    private void policies(Loaded loaded) {
        Map<Long, Set<UUID>> ids = wanted(needed -> needed.memberships.policies);
        loaded.assignments.forEach(row -> add(ids, row.realm(), row.policy()));
        loaded.groupAssignments.forEach(row -> add(ids, row.realm(), row.policy()));
        List<Rows.PolicyRow> found = new ArrayList<>();
        find("policies_by_id", "uuid", ids, GroupColumns::policy, found);
        find("policies_by_name", "text", needed -> needed.memberships.policyNames, GroupColumns::policy, found);
        loaded.policies.addAll(once(found, Rows.PolicyRow::id));
    }

    private static void add(Map<Long, Set<UUID>> byRealm, long realm, UUID id) {
        byRealm.computeIfAbsent(realm, _ -> new LinkedHashSet<>()).add(id);
    }

    private Map<Long, Set<UUID>> wanted(Function<LoadPlan, Set<UUID>> keys) {
        Map<Long, Set<UUID>> wanted = new LinkedHashMap<>();
        needs.forEach((realm, needed) -> {
            if (!keys.apply(needed).isEmpty()) {
                wanted.put(realm, new LinkedHashSet<>(keys.apply(needed)));
            }
        });
        return wanted;
    }

    /// What was found in two ways is given once. Ids are unique over all realms.
    private static <T> Collection<T> once(List<T> rows, Function<T, UUID> id) {
        Map<UUID, T> byId = new LinkedHashMap<>();
        rows.forEach(row -> byId.put(id.apply(row), row));
        return byId.values();
    }

    private <T> void find(
            String name,
            String type,
            Function<LoadPlan, ? extends Collection<?>> keys,
            Row.Reader<T> reader,
            Collection<T> all) {
        Map<Long, Collection<?>> wanted = new LinkedHashMap<>();
        needs.forEach((realm, needed) -> {
            Collection<?> some = keys.apply(needed);
            if (!some.isEmpty()) {
                wanted.put(realm, some);
            }
        });
        find(name, type, wanted, reader, all);
    }

    private <T> void find(
            String name,
            String type,
            Map<Long, ? extends Collection<?>> wanted,
            Row.Reader<T> reader,
            Collection<T> all) {
        if (!wanted.isEmpty()) {
            all.addAll(session.list(name, to -> to.values(type, wanted), reader));
        }
    }
}
