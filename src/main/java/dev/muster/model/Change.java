package dev.muster.model;

import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Operator;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.job.Job;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.user.User;
import java.time.Instant;
import java.util.List;

/// What a request did: its reply, its journal entries and its events are all made from this one value.
///
/// @param at the request's moment
/// @param events what happened, in order; empty when nothing changed
/// @param replayed whether this is the answer of an earlier, identical request
public record Change(Instant at, About about, List<Event> events, boolean replayed) {
    /// What the request was about, as it is afterwards.
    public sealed interface About {
        /// What the journal calls it.
        default Event.Subject subject() {
            return switch (this) {
                case OfUser(var user) -> new Event.Subject(Event.Subject.Type.USER, user.id());
                case OfKey(var key) -> new Event.Subject(Event.Subject.Type.KEY, key.id());
                case OfOperator(var operator) -> new Event.Subject(Event.Subject.Type.OPERATOR, operator.id());
                case OfTenant(var tenant) -> new Event.Subject(Event.Subject.Type.TENANT, tenant.id());
                case OfGroup(var group) -> new Event.Subject(Event.Subject.Type.GROUP, group.id());
                case OfPolicy(var policy) -> new Event.Subject(Event.Subject.Type.POLICY, policy.id());
                case OfJob(var job) -> new Event.Subject(Event.Subject.Type.JOB, job.id());
                case AwaitsApproval(var approval) ->
                    new Event.Subject(Event.Subject.Type.APPROVAL, approval.id());
                case OfApproval(var approval) -> new Event.Subject(Event.Subject.Type.APPROVAL, approval.id());
                case OfQuotas _, OfApprovalRules _, OfNothing _ -> Event.Subject.THE_REALM;
            };
        }
    }

    public record OfUser(User user) implements About {}

    public record OfKey(ApiKey key) implements About {}

    public record OfOperator(Operator operator) implements About {}

    public record OfTenant(Tenant tenant) implements About {}

    public record OfGroup(Group group) implements About {}

    public record OfPolicy(Policy policy) implements About {}

    public record OfJob(Job job) implements About {}

    /// A request that was not carried out, since it needs a second operator: it is kept as this.
    public record AwaitsApproval(Approval approval) implements About {}

    /// A request for approval that was declined, or lapsed. Of one that was approved, the change is about what
    /// it asked for.
    public record OfApproval(Approval approval) implements About {}

    /// What needs a second operator in the realm.
    public record OfApprovalRules(ApprovalRules rules) implements About {}

    /// The realm's quotas.
    public record OfQuotas(Quotas quotas) implements About {}

    /// Nothing of the realm's: only the request itself was kept.
    public record OfNothing() implements About {}

    /// Whether something of this kind is among the events.
    public boolean did(Event.Action action) {
        for (Event event : events) {
            if (event.action() == action) {
                return true;
            }
        }
        return false;
    }

    // What the request was about. Each throws an IllegalStateException if it was about something else.

    /// The group that the request was about.
    public Group group() {
        return about(OfGroup.class).group();
    }

    /// The policy that the request was about.
    public Policy policy() {
        return about(OfPolicy.class).policy();
    }

    /// The job that the request was about.
    public Job job() {
        return about(OfJob.class).job();
    }

    /// The user that the request was about.
    public User user() {
        return about(OfUser.class).user();
    }

    /// The key that the request was about.
    public ApiKey key() {
        return about(OfKey.class).key();
    }

    /// The operator that the request was about.
    public Operator operator() {
        return about(OfOperator.class).operator();
    }

    /// The tenant that the request was about.
    public Tenant tenant() {
        return about(OfTenant.class).tenant();
    }

    private <A extends About> A about(Class<A> type) {
        if (type.isInstance(about)) {
            return type.cast(about);
        }
        throw new IllegalStateException("not " + type.getSimpleName() + ": " + about);
    }
}
