package dev.muster.storage;

import dev.muster.model.tenant.Tenant;
import java.util.ArrayList;
import java.util.List;

/// What was found of all that a transaction needs, over all of its realms.
public final class Loaded {
    public final List<Rows.UserRow> users = new ArrayList<>();
    public final List<Rows.BarRow> bars = new ArrayList<>();
    public final List<Rows.CardRow> cards = new ArrayList<>();
    public final List<Rows.KeyRow> keys = new ArrayList<>();
    public final List<Rows.OperatorRow> operators = new ArrayList<>();
    public final List<Tenant> tenants = new ArrayList<>();
    public final List<Rows.RetryRow> retries = new ArrayList<>();
    public final List<Rows.SignatureRow> signatures = new ArrayList<>();

    // Of what follows, each is there once.

    public final List<Rows.GroupRow> groups = new ArrayList<>();
    public final List<Rows.PolicyRow> policies = new ArrayList<>();

    /// Of users that were loaded, where [dev.muster.model.state.MembershipState.Plan#wantsAffiliations]; their
    /// groups are in `groups`.
    public final List<Rows.MembershipRow> memberships = new ArrayList<>();

    /// As `memberships`; their policies are in `policies`.
    public final List<Rows.AssignmentRow> assignments = new ArrayList<>();

    /// Of the groups whose policies are needed; the policies are in `policies`.
    public final List<Rows.GroupAssignmentRow> groupAssignments = new ArrayList<>();

    /// The names under which jobs without a user were submitted, of those that are needed: fingerprints by realm.
    public final List<Rows.JobNameRow> jobNames = new ArrayList<>();

    /// Their users are in `users`.
    public final List<Rows.JobRow> jobs = new ArrayList<>();
}
