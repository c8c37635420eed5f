package dev.muster.model;

import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Operator;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.job.Job;
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
    public sealed interface About {}

    public record OfUser(User user) implements About {}

    public record OfKey(ApiKey key) implements About {}

    public record OfOperator(Operator operator) implements About {}

    public record OfTenant(Tenant tenant) implements About {}

    public record OfGroup(Group group) implements About {}

    public record OfPolicy(Policy policy) implements About {}

    public record OfJob(Job job) implements About {}

    /// The realm's quotas.
    public record OfQuotas(Quotas quotas) implements About {}

    /// Nothing of the realm's: only the request itself was kept.
    public record OfNothing() implements About {}

    /// The group that the request was about.
    public Group group() {
        if (about instanceof OfGroup(var group)) {
            return group;
        }
        throw new IllegalStateException("not about a group: " + about);
    }

    /// The policy that the request was about.
    public Policy policy() {
        if (about instanceof OfPolicy(var policy)) {
            return policy;
        }
        throw new IllegalStateException("not about a policy: " + about);
    }

    /// The job that the request was about.
    public Job job() {
        if (about instanceof OfJob(var job)) {
            return job;
        }
        throw new IllegalStateException("not about a job: " + about);
    }

    /// The user that the request was about.
    public User user() {
        if (about instanceof OfUser(var user)) {
            return user;
        }
        throw new IllegalStateException("not about a user: " + about);
    }
}
