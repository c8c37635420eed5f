package dev.muster.storage;

import dev.muster.model.tenant.Tenant;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.GroupTables.AssignmentRow;
import dev.muster.storage.GroupTables.CountingRow;
import dev.muster.storage.GroupTables.DeletedRow;
import dev.muster.storage.GroupTables.GroupAssignmentRow;
import dev.muster.storage.GroupTables.MembershipRow;
import dev.muster.storage.JobTables.ClaimRow;
import dev.muster.storage.JobTables.ErasedRow;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.JournalTables.DayEndRow;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.JournalTables.RetryRow;
import dev.muster.storage.JournalTables.SignatureRow;
import dev.muster.storage.RealmTables.QuotaRow;
import dev.muster.storage.RealmTables.RealmRow;
import dev.muster.storage.UserTables.BarRow;
import dev.muster.storage.UserTables.CardRow;
import java.util.ArrayList;
import java.util.List;

/// All rows that one transaction of a lane writes.
public final class Batch {
    public final List<BatchRow> batches = new ArrayList<>();

    public final List<QuotaRow> quotas = new ArrayList<>();

    /// The ends of earlier days, each written with the realm's first batch of a later day.
    public final List<DayEndRow> dayEnds = new ArrayList<>();

    public final List<UserRow> newUsers = new ArrayList<>();
    public final List<UserRow> changedUsers = new ArrayList<>();
    public final List<JournalRow> journal = new ArrayList<>();
    public final List<BarRow> newBars = new ArrayList<>();
    public final List<BarRow> annulledBars = new ArrayList<>();
    public final List<CardRow> newCards = new ArrayList<>();
    public final List<CardRow> lostCards = new ArrayList<>();
    public final List<KeyRow> newKeys = new ArrayList<>();
    public final List<KeyRow> changedKeys = new ArrayList<>();
    public final List<OperatorRow> newOperators = new ArrayList<>();
    public final List<OperatorRow> changedOperators = new ArrayList<>();
    public final List<Tenant> newTenants = new ArrayList<>();
    public final List<RealmRow> newRealms = new ArrayList<>();
    public final List<RetryRow> retries = new ArrayList<>();

    /// A signature that is known already stays as it is.
    public final List<SignatureRow> signatures = new ArrayList<>();

    // A group, policy or job that is created and changed in the same transaction is only among the new ones, in its
    // final
    // state; a group or policy that is created and deleted in it is in no list.

    public final List<GroupRow> newGroups = new ArrayList<>();

    /// Groups must have been loaded in the transaction that changes them.
    public final List<GroupRow> changedGroups = new ArrayList<>();

    /// Their names are free at once, for new and changed ones in the same batch too.
    public final List<DeletedRow> deletedGroups = new ArrayList<>();

    public final List<PolicyRow> newPolicies = new ArrayList<>();

    /// Policies must have been loaded in the transaction that changes them.
    public final List<PolicyRow> changedPolicies = new ArrayList<>();

    public final List<DeletedRow> deletedPolicies = new ArrayList<>();

    // Those of deleted groups and policies need not be listed as lost: a chore deletes them.

    public final List<MembershipRow> newMemberships = new ArrayList<>();
    public final List<MembershipRow> lostMemberships = new ArrayList<>();
    public final List<AssignmentRow> newAssignments = new ArrayList<>();
    public final List<AssignmentRow> lostAssignments = new ArrayList<>();
    public final List<GroupAssignmentRow> newGroupAssignments = new ArrayList<>();
    public final List<GroupAssignmentRow> lostGroupAssignments = new ArrayList<>();

    /// Written after the memberships and assignments that are new.
    public final List<CountingRow> affiliationsCount = new ArrayList<>();

    public final List<JobRow> newJobs = new ArrayList<>();
    public final List<JobRow> changedJobs = new ArrayList<>();

    /// About jobs in storage that were submitted under these names and have no user. Written before the jobs
    /// that are new or changed.
    public final List<ClaimRow> claimedJobs = new ArrayList<>();

    /// All jobs of these users lose what is sealed in them, and their evidence is due at once. Written after
    /// the jobs.
    public final List<ErasedRow> erasedUsers = new ArrayList<>();
}
