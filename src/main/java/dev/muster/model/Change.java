package dev.muster.model;

import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.PasskeyPolicy;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.job.Job;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.tenant.Tenant;
import dev.muster.model.user.User;
import dev.muster.model.webhook.Webhook;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The result of a request. Its reply, journal entries and events are all derived from this.
///
/// @param at the time of the request
/// @param events what happened, in order; empty if nothing changed
/// @param replayed whether this repeats the response to an earlier identical request
public record Change(Instant at, About about, List<Event> events, boolean replayed) {
    /// The subject of the request, in its state after the request.
    public sealed interface About {
        /// The subject as the journal identifies it.
        default Event.Subject subject() {
            return switch (this) {
                case OfUser(var user) -> new Event.Subject(Event.Subject.Type.USER, user.id());
                case OfKey(var key) -> new Event.Subject(Event.Subject.Type.KEY, key.id());
                case OfOperator(var operator) -> new Event.Subject(Event.Subject.Type.OPERATOR, operator.id());
                case OfTenant(var tenant) -> new Event.Subject(Event.Subject.Type.TENANT, tenant.id());
                case OfGroup(var group) -> new Event.Subject(Event.Subject.Type.GROUP, group.id());
                case OfPolicy(var policy) -> new Event.Subject(Event.Subject.Type.POLICY, policy.id());
                case OfJob(var job) -> new Event.Subject(Event.Subject.Type.JOB, job.id());
                case OfSso(var provider) -> new Event.Subject(Event.Subject.Type.SSO, provider.id());
                case AwaitsApproval(var approval) -> new Event.Subject(Event.Subject.Type.APPROVAL, approval.id());
                case OfApproval(var approval) -> new Event.Subject(Event.Subject.Type.APPROVAL, approval.id());
                case OfWebhook(var webhook, var _) -> new Event.Subject(Event.Subject.Type.WEBHOOK, webhook.id());
                case OfQuotas _, OfApprovalRules _, OfPasskeyPolicy _, OfNothing _ -> Event.Subject.THE_REALM;
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

    /// A request that was stored instead of executed, because it needs approval.
    public record AwaitsApproval(Approval approval) implements About {}

    /// A request for approval that was declined or lapsed. An approved request results in the change that it
    /// requested.
    public record OfApproval(Approval approval) implements About {}

    /// The realm's approval rules.
    public record OfApprovalRules(ApprovalRules rules) implements About {}

    /// The realm's policy on which operators must use a passkey.
    public record OfPasskeyPolicy(PasskeyPolicy policy) implements About {}

    /// The realm's quotas.
    public record OfQuotas(Quotas quotas) implements About {}

    /// An identity provider. Its secret is null unless this request set it.
    public record OfSso(SsoProvider provider) implements About {}

    /// A webhook. Its secret is null unless this request set it.
    ///
    /// @param start the position from which the webhook starts to read the journal; null if it continues from its
    ///     cursor
    public record OfWebhook(Webhook webhook, Webhook.@Nullable Start start) implements About {}

    /// No object in the realm: the request was only recorded.
    public record OfNothing() implements About {}

    /// Whether the events include this action.
    public boolean did(Event.Action action) {
        for (Event event : events) {
            if (event.action() == action) {
                return true;
            }
        }
        return false;
    }

    // These accessors return the subject of the request. They throw an IllegalStateException if it has another type.

    public Group group() {
        return about(OfGroup.class).group();
    }

    public Policy policy() {
        return about(OfPolicy.class).policy();
    }

    public Job job() {
        return about(OfJob.class).job();
    }

    public User user() {
        return about(OfUser.class).user();
    }

    public ApiKey key() {
        return about(OfKey.class).key();
    }

    public Operator operator() {
        return about(OfOperator.class).operator();
    }

    /// The identity provider that the request was about.
    public SsoProvider sso() {
        return about(OfSso.class).provider();
    }

    /// The webhook that the request was about.
    public Webhook webhook() {
        return about(OfWebhook.class).webhook();
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
