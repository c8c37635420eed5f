package dev.muster.storage;

import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.tenant.Tenant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/// All rows that were loaded for a transaction, across all its realms.
public final class LoadedRows {
    public final List<UserRow> users = new ArrayList<>();
    public final List<UserTables.FingerprintRow> bars = new ArrayList<>();
    public final List<UserTables.FingerprintRow> cards = new ArrayList<>();
    public final List<CredentialTables.KeyRow> keys = new ArrayList<>();
    public final List<CredentialTables.OperatorRow> operators = new ArrayList<>();
    public final List<SsoRow> providers = new ArrayList<>();
    public final List<PasskeyTables.PasskeyRow> passkeys = new ArrayList<>();
    public final List<PasskeyTables.PolicyRow> passkeyPolicies = new ArrayList<>();
    public final List<WebhookTables.WebhookRow> webhooks = new ArrayList<>();
    public final List<Tenant> tenants = new ArrayList<>();
    public final List<JournalTables.RetryRow> retries = new ArrayList<>();
    public final List<JournalTables.SignatureRow> signatures = new ArrayList<>();

    public final List<ApprovalTables.ApprovalRow> approvals = new ArrayList<>();
    public final List<ApprovalTables.RulesRow> approvalRules = new ArrayList<>();

    // The following lists have no duplicates.

    public final List<GroupOrPolicyRow<Group>> groups = new ArrayList<>();
    public final List<GroupOrPolicyRow<Policy>> policies = new ArrayList<>();

    /// The memberships of loaded users, if [dev.muster.model.state.MembershipState.Plan#affiliations] is set. Their
    /// groups are in `groups`.
    public final List<GroupTables.AffiliationRow> memberships = new ArrayList<>();

    /// The assignments of loaded users, under the same condition as `memberships`. Their policies are in
    /// `policies`.
    public final List<GroupTables.AffiliationRow> assignments = new ArrayList<>();

    /// The assignments to those groups whose policies are needed. The policies are in `policies`.
    public final List<GroupTables.GroupAssignmentRow> groupAssignments = new ArrayList<>();

    /// The requested names under which jobs without a user were submitted.
    public final List<JobTables.JobNameRow> jobNames = new ArrayList<>();

    /// The requested jobs. Their users are in `users`.
    public final List<JobRow> jobs = new ArrayList<>();

    /// The lookup keys of one kind, by realm. Realms that need none are absent.
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
