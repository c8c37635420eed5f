package dev.muster.model.state;

import dev.muster.model.Counters;
import dev.muster.model.tenant.Quotas;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The part of a realm that was loaded into memory, by subject. Rules read and change only this. Each request works on
/// its own [#overlay], which is [#merge]d only if the request succeeds, so a refused request does not affect the
/// others.
///
/// Looking up something that was not loaded throws an exception, because it is a bug in the command's load plan.
public final class WorkingSet {
    private final @Nullable WorkingSet below;

    // Each state is created on first use, because most requests use only one or two of them.
    private @Nullable PeopleState people;
    private @Nullable CredentialState credentials;
    private @Nullable MembershipState memberships;
    private @Nullable JobState jobs;
    private @Nullable ApprovalState approvals;
    private @Nullable WebhookState webhooks;

    private Counters counters;
    private long lastNumber;
    private Quotas quotas;
    private boolean quotasChanged;

    /// Creates the working set of a realm, with nothing loaded yet.
    ///
    /// @param lastNumber the highest user number assigned so far
    public WorkingSet(Counters counters, long lastNumber, Quotas quotas) {
        below = null;
        this.counters = counters;
        this.lastNumber = lastNumber;
        this.quotas = quotas;
    }

    private WorkingSet(WorkingSet below) {
        this.below = below;
        counters = below.counters;
        lastNumber = below.lastNumber;
        quotas = below.quotas;
    }

    public WorkingSet overlay() {
        return new WorkingSet(this);
    }

    /// Applies the changes of this overlay to its base.
    public void merge() {
        WorkingSet base = Objects.requireNonNull(below, "only an overlay can be merged");
        if (people != null) {
            people.merge();
        }
        if (credentials != null) {
            credentials.merge();
        }
        if (memberships != null) {
            memberships.merge();
        }
        if (jobs != null) {
            jobs.merge();
        }
        if (approvals != null) {
            approvals.merge();
        }
        if (webhooks != null) {
            webhooks.merge();
        }
        base.counters = counters;
        base.lastNumber = lastNumber;
        base.quotas = quotas;
        base.quotasChanged |= quotasChanged;
    }

    /// Records that all of `plan` was loaded. Whatever was not found is absent.
    public void loadedAll(LoadPlan plan) {
        people().loadedAll(plan.people);
        credentials().loadedAll(plan.credentials);
        memberships().loadedAll(plan.memberships);
        jobs().loadedAll(plan.jobs);
        approvals().loadedAll(plan.approvals);
    }

    public PeopleState people() {
        if (people == null) {
            people = new PeopleState(this, below == null ? null : below.people());
        }
        return people;
    }

    public CredentialState credentials() {
        if (credentials == null) {
            credentials = new CredentialState(this, below == null ? null : below.credentials());
        }
        return credentials;
    }

    public MembershipState memberships() {
        if (memberships == null) {
            memberships = new MembershipState(this, below == null ? null : below.memberships());
        }
        return memberships;
    }

    public JobState jobs() {
        if (jobs == null) {
            jobs = new JobState(this, below == null ? null : below.jobs());
        }
        return jobs;
    }

    public ApprovalState approvals() {
        if (approvals == null) {
            approvals = new ApprovalState(below == null ? null : below.approvals());
        }
        return approvals;
    }

    public WebhookState webhooks() {
        if (webhooks == null) {
            webhooks = new WebhookState(below == null ? null : below.webhooks());
        }
        return webhooks;
    }

    public Counters counters() {
        return counters;
    }

    void put(Counters next) {
        counters = next;
    }

    /// The highest user number assigned so far.
    public long lastNumber() {
        return lastNumber;
    }

    /// Takes the number for the next user.
    public long takeNumber() {
        return ++lastNumber;
    }

    public Quotas quotas() {
        return quotas;
    }

    public void put(Quotas next) {
        quotas = next;
        quotasChanged = true;
    }

    /// The realm's quotas if they were changed; otherwise null.
    public @Nullable Quotas changedQuotas() {
        return quotasChanged ? quotas : null;
    }

    /// An object as it was loaded (null if new) and as it is now.
    public record Changed<T>(@Nullable T before, T after) {}

    /// An object as it was loaded (null if new) and as it is now (null if deleted). The two are never both null.
    public record Altered<T>(@Nullable T before, @Nullable T after) {}
}
