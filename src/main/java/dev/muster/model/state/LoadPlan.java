package dev.muster.model.state;

/// What to load of a realm before deciding requests. It is collected for many requests, so that storage can load
/// everything with a few set-based statements.
public final class LoadPlan {
    public final PeopleState.Plan people = new PeopleState.Plan();
    public final CredentialState.Plan credentials = new CredentialState.Plan();
    public final MembershipState.Plan memberships = new MembershipState.Plan();
    public final JobState.Plan jobs = new JobState.Plan();
    public final ApprovalState.Plan approvals = new ApprovalState.Plan();
    public final WebhookState.Plan webhooks = new WebhookState.Plan();
}
