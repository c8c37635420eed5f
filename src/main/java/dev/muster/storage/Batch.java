package dev.muster.storage;

import dev.muster.model.group.Affiliation;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.tenant.Tenant;
import java.util.ArrayList;
import java.util.List;

/// All rows that one transaction of a lane writes.
public final class Batch {
    public final List<JournalTables.BatchRow> batches = new ArrayList<>();

    public final List<RealmTables.QuotaRow> quotas = new ArrayList<>();
    public final List<ApprovalTables.RulesRow> approvalRules = new ArrayList<>();
    public final List<ApprovalTables.ApprovalRow> newApprovals = new ArrayList<>();
    public final List<ApprovalTables.ApprovalRow> changedApprovals = new ArrayList<>();

    /// The ends of earlier days. Each is written with the realm's first batch of a later day.
    public final List<JournalTables.DayEndRow> dayEnds = new ArrayList<>();

    public final List<UserRow> newUsers = new ArrayList<>();
    public final List<UserRow> changedUsers = new ArrayList<>();
    public final List<JournalTables.JournalRow> journal = new ArrayList<>();
    public final List<UserTables.FingerprintRow> newBars = new ArrayList<>();
    public final List<UserTables.FingerprintRow> annulledBars = new ArrayList<>();
    public final List<UserTables.FingerprintRow> newCards = new ArrayList<>();
    public final List<UserTables.FingerprintRow> lostCards = new ArrayList<>();
    public final List<CredentialTables.KeyRow> newKeys = new ArrayList<>();
    public final List<CredentialTables.KeyRow> changedKeys = new ArrayList<>();
    public final List<CredentialTables.OperatorRow> newOperators = new ArrayList<>();
    public final List<CredentialTables.OperatorRow> changedOperators = new ArrayList<>();
    public final List<SsoRow> newProviders = new ArrayList<>();
    public final List<SsoRow> changedProviders = new ArrayList<>();
    public final List<CredentialTables.SsoKey> removedProviders = new ArrayList<>();
    public final List<PasskeyTables.PasskeyRow> newPasskeys = new ArrayList<>();
    public final List<PasskeyTables.PasskeyKey> removedPasskeys = new ArrayList<>();
    public final List<PasskeyTables.PolicyRow> passkeyPolicies = new ArrayList<>();
    public final List<WebhookTables.WebhookRow> newWebhooks = new ArrayList<>();
    public final List<WebhookTables.WebhookRow> changedWebhooks = new ArrayList<>();
    public final List<WebhookTables.WebhookKey> removedWebhooks = new ArrayList<>();

    /// One row for each new or changed webhook.
    public final List<WebhookTables.StartRow> webhookStarts = new ArrayList<>();

    public final List<Tenant> newTenants = new ArrayList<>();
    public final List<RealmTables.RealmRow> newRealms = new ArrayList<>();
    public final List<JournalTables.RetryRow> retries = new ArrayList<>();

    /// Signatures that are already stored are left unchanged.
    public final List<JournalTables.SignatureRow> signatures = new ArrayList<>();

    // A row that is created and changed in the same transaction is only in the list of new rows, in its final
    // state.

    /// The groups or the policies to write. A group or policy that is created and deleted in the same
    /// transaction is in none of these lists.
    public static final class GroupOrPolicyRows<T extends Affiliation> {
        public final List<GroupOrPolicyRow<T>> added = new ArrayList<>();

        /// These rows must have been loaded in this transaction.
        public final List<GroupOrPolicyRow<T>> changed = new ArrayList<>();

        /// The names of deleted rows can be reused immediately, even by new and changed rows of the same batch.
        public final List<GroupTables.DeletedRow> deleted = new ArrayList<>();
    }

    public final GroupOrPolicyRows<Group> groups = new GroupOrPolicyRows<>();
    public final GroupOrPolicyRows<Policy> policies = new GroupOrPolicyRows<>();

    /// Memberships or assignments to write. Those of deleted groups and policies need not be listed as lost,
    /// because a chore deletes them.
    public static final class Links<R> {
        public final List<R> added = new ArrayList<>();
        public final List<R> lost = new ArrayList<>();
    }

    public final Links<GroupTables.AffiliationRow> memberships = new Links<>();
    public final Links<GroupTables.AffiliationRow> assignments = new Links<>();
    public final Links<GroupTables.GroupAssignmentRow> groupAssignments = new Links<>();

    /// These rows are written after new memberships and assignments.
    public final List<GroupTables.CountingRow> affiliationsCount = new ArrayList<>();

    public final List<JobRow> newJobs = new ArrayList<>();
    public final List<JobRow> changedJobs = new ArrayList<>();

    /// Rows that assign users to the stored jobs that were submitted under their names. They are written before new
    /// and changed jobs.
    public final List<JobTables.ClaimRow> claimedJobs = new ArrayList<>();

    /// The job results that partners must be notified of.
    public final List<CallbackTables.CallbackRow> callbacks = new ArrayList<>();

    /// Erased users. All their jobs lose their sealed details, and their evidence becomes due for deletion
    /// immediately. These rows are written after the jobs.
    public final List<JobTables.ErasedRow> erasedUsers = new ArrayList<>();
}
