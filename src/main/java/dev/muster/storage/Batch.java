package dev.muster.storage;

import dev.muster.model.tenant.Tenant;
import java.util.ArrayList;
import java.util.List;

/// All that one transaction of a lane writes.
public final class Batch {
    public final List<Rows.BatchRow> batches = new ArrayList<>();

    /// The quotas that were set.
    public final List<Rows.QuotaRow> quotas = new ArrayList<>();

    /// What the last batch of an earlier day left, with a realm's first one of a day.
    public final List<Rows.DayEndRow> dayEnds = new ArrayList<>();

    public final List<Rows.UserRow> newUsers = new ArrayList<>();
    public final List<Rows.UserRow> changedUsers = new ArrayList<>();
    public final List<Rows.JournalRow> journal = new ArrayList<>();
    public final List<Rows.BarRow> newBars = new ArrayList<>();
    public final List<Rows.BarRow> annulledBars = new ArrayList<>();
    public final List<Rows.CardRow> newCards = new ArrayList<>();
    public final List<Rows.CardRow> lostCards = new ArrayList<>();
    public final List<Rows.KeyRow> newKeys = new ArrayList<>();
    public final List<Rows.KeyRow> changedKeys = new ArrayList<>();
    public final List<Rows.OperatorRow> newOperators = new ArrayList<>();
    public final List<Rows.OperatorRow> changedOperators = new ArrayList<>();
    public final List<Tenant> newTenants = new ArrayList<>();
    public final List<Rows.RealmRow> newRealms = new ArrayList<>();
    public final List<Rows.RetryRow> retries = new ArrayList<>();

    /// Signatures; one that is known already stays as it is.
    public final List<Rows.SignatureRow> signatures = new ArrayList<>();

    // A group, policy or job that comes into being and changes in the same transaction is new only, as it is in
    // the end; a group or policy that also ends in it is nowhere.

    public final List<Rows.GroupRow> newGroups = new ArrayList<>();

    /// Groups must have been loaded in the transaction that changes them.
    public final List<Rows.GroupRow> changedGroups = new ArrayList<>();

    /// Their names are free at once, also for new and changed ones in the same batch.
    public final List<Rows.DeletedRow> deletedGroups = new ArrayList<>();

    public final List<Rows.PolicyRow> newPolicies = new ArrayList<>();

    /// Policies must have been loaded in the transaction that changes them.
    public final List<Rows.PolicyRow> changedPolicies = new ArrayList<>();

    public final List<Rows.DeletedRow> deletedPolicies = new ArrayList<>();

    // Those of deleted groups and policies need not be listed as lost: upkeep takes them away.

    public final List<Rows.MembershipRow> newMemberships = new ArrayList<>();
    public final List<Rows.MembershipRow> lostMemberships = new ArrayList<>();
    public final List<Rows.AssignmentRow> newAssignments = new ArrayList<>();
    public final List<Rows.AssignmentRow> lostAssignments = new ArrayList<>();
    public final List<Rows.GroupAssignmentRow> newGroupAssignments = new ArrayList<>();
    public final List<Rows.GroupAssignmentRow> lostGroupAssignments = new ArrayList<>();

    /// Goes after the memberships and assignments that are new.
    public final List<Rows.CountingRow> affiliationsCount = new ArrayList<>();

    public final List<Rows.JobRow> newJobs = new ArrayList<>();
    public final List<Rows.JobRow> changedJobs = new ArrayList<>();

    /// Goes before the jobs that are new or changed, and is about others: those in storage that were submitted under
    /// these names and have no user.
    public final List<Rows.ClaimRow> claimedJobs = new ArrayList<>();

    /// Goes after the jobs: all jobs of these users lose what is sealed in them, and their evidence is due at once.
    public final List<Rows.ErasedRow> erasedUsers = new ArrayList<>();
}
