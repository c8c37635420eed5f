package dev.muster.storage;

import dev.muster.model.state.LoadPlan;
import dev.muster.model.tenant.Tenant;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.GroupTables.AssignmentRow;
import dev.muster.storage.GroupTables.GroupAssignmentRow;
import dev.muster.storage.GroupTables.MembershipRow;
import dev.muster.storage.JobTables.JobNameRow;
import dev.muster.storage.JournalTables.RetryRow;
import dev.muster.storage.JournalTables.SignatureRow;
import dev.muster.storage.UserTables.BarRow;
import dev.muster.storage.UserTables.CardRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/// All rows that were found for a transaction, over all of its realms.
public final class Loaded {
    public final List<UserRow> users = new ArrayList<>();
    public final List<BarRow> bars = new ArrayList<>();
    public final List<CardRow> cards = new ArrayList<>();
    public final List<KeyRow> keys = new ArrayList<>();
    public final List<OperatorRow> operators = new ArrayList<>();
    public final List<Tenant> tenants = new ArrayList<>();
    public final List<RetryRow> retries = new ArrayList<>();
    public final List<SignatureRow> signatures = new ArrayList<>();

    // Each of the following is in its list once.

    public final List<GroupRow> groups = new ArrayList<>();
    public final List<PolicyRow> policies = new ArrayList<>();

    /// Of users that were loaded, if [dev.muster.model.state.MembershipState.Plan#wantsAffiliations]; their
    /// groups are in `groups`.
    public final List<MembershipRow> memberships = new ArrayList<>();

    /// As `memberships`; their policies are in `policies`.
    public final List<AssignmentRow> assignments = new ArrayList<>();

    /// Of the groups whose policies are needed; the policies are in `policies`.
    public final List<GroupAssignmentRow> groupAssignments = new ArrayList<>();

    /// The names that were asked for under which jobs without a user were submitted.
    public final List<JobNameRow> jobNames = new ArrayList<>();

    /// Their users are in `users`.
    public final List<JobRow> jobs = new ArrayList<>();

    /// The keys of one kind that each realm needs, without realms that need none.
    static Map<Long, Collection<?>> wanted(
            Map<Long, LoadPlan> plans, Function<LoadPlan, ? extends Collection<?>> keys) {
        Map<Long, Collection<?>> wanted = new LinkedHashMap<>();
        plans.forEach((realm, plan) -> {
            Collection<?> some = keys.apply(plan);
            if (!some.isEmpty()) {
                wanted.put(realm, some);
            }
        });
        return wanted;
    }

    static void add(Map<Long, Set<UUID>> byRealm, long realm, UUID id) {
        byRealm.computeIfAbsent(realm, _ -> new LinkedHashSet<>()).add(id);
    }
}
