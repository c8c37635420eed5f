package dev.muster.model.rules;

import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.CredentialFields;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.state.CredentialState;
import dev.muster.model.state.WebhookState;
import dev.muster.model.value.Identifier;
import dev.muster.model.webhook.Webhook;
import dev.muster.model.webhook.WebhookFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decides requests about API keys, operators, passkeys and identity providers, using [CredentialRules],
/// [OperatorRules], [PasskeyRules] and [SsoRules].
final class CredentialDecider {
    private final Context context;
    private final CredentialState credentials;
    private final CredentialRules rules;
    private final OperatorRules operators;
    private final SsoRules sso;
    private final PasskeyRules passkeys;

    CredentialDecider(Context context) {
        this.context = context;
        this.credentials = context.realm().credentials();
        this.rules = new CredentialRules(context);
        this.operators = new OperatorRules(context, rules);
        this.sso = new SsoRules(context, operators);
        this.passkeys = new PasskeyRules(context);
    }

    static void plan(Command.OnCredentials command, CredentialState.Plan plan) {
        switch (command) {
            case Command.CreateKey key -> {
                plan.keys.add(key.id());
                if (key.signs()) {
                    plan.allKeys = true;
                }
            }
            case Command.RotateKey rotate -> {
                plan.keys.add(rotate.old());
                plan.keys.add(rotate.id());
                plan.allKeys = true;
            }
            case Command.ExpireKey(var id, var _) -> {
                plan.keys.add(id);
                plan.allKeys = true;
            }
            case Command.RevokeKey(var id, var descendants) -> {
                plan.keys.add(id);
                plan.allKeys = true;
                if (descendants) {
                    plan.allOperators = true;
                }
            }
            // Checking for name conflicts and for the last admin needs all operators.
            case OperatorCommand.CreateOperator operator ->
                planAll(operator.username().key(), plan);
            case OperatorCommand.InviteOperator operator ->
                planAll(operator.username().key(), plan);
            // These commands concern the actor, who is loaded with every request.
            case OperatorCommand.AcceptInvitation _,
                    OperatorCommand.ChangeOwnPassword _,
                    OperatorCommand.NoteSignIn _ -> {}
            case OperatorCommand.RenewInvitation(var username, var _) -> plan.operatorNames.add(username);
            case OperatorCommand.DisableOperator(var username) -> planAll(username, plan);
            case OperatorCommand.ChangeOperatorRole(var username, var _) -> planAll(username, plan);
            case OperatorCommand.DeleteOperator(var username) -> {
                planAll(username, plan);
                plan.allPasskeys = true;
            }
            case OperatorCommand.AddPasskey _ -> plan.allPasskeys = true;
            case OperatorCommand.RemovePasskeys(var username, var _) -> {
                plan.operatorNames.add(username);
                plan.allPasskeys = true;
            }
            case OperatorCommand.SetPasskeyPolicy _ -> {
                plan.passkeyPolicy = true;
                plan.allPasskeys = true;
            }
            case OperatorCommand.SignInOperator signIn ->
                planAll(signIn.username().key(), plan);
            case OperatorCommand.PutSso _, OperatorCommand.RemoveSso _ -> plan.allProviders = true;
            case OperatorCommand.EnableOperator(var username) -> plan.operatorNames.add(username);
            case OperatorCommand.SignOutOperator(var username) -> plan.operatorNames.add(username);
            case OperatorCommand.EndSession(var username, var _) -> plan.operatorNames.add(username);
            case OperatorCommand.ChangePassword(var username, var _) -> plan.operatorNames.add(username);
        }
    }

    private static void planAll(Identifier.Key username, CredentialState.Plan plan) {
        plan.operatorNames.add(username);
        plan.allOperators = true;
    }

    Result<Change> decide(Command.OnCredentials command, Supplier<UUID> freshId) {
        return switch (command) {
            case Command.CreateKey create -> rules.create(create).map(this::created);
            case Command.RotateKey rotate -> rules.rotate(rotate).map(this::rotated);
            case Command.ExpireKey expire -> rules.expire(expire).map(this::expiring);
            case Command.RevokeKey revoke -> rules.revoke(revoke).map(this::revoked);
            case OperatorCommand.CreateOperator create -> operator(null, operators.create(create, freshId.get()));
            case OperatorCommand.InviteOperator invite -> operator(null, operators.invite(invite, freshId.get()));
            case OperatorCommand.RenewInvitation(var username, var token) ->
                onOperator(username, operator -> operators.renewInvitation(operator, token));
            case OperatorCommand.AcceptInvitation(var token, var hash) ->
                onActor(operator -> operators.acceptInvitation(operator, token, hash));
            case OperatorCommand.ChangeOwnPassword(var hash) ->
                onActor(operator -> operators.changeOwnPassword(operator, hash));
            case OperatorCommand.NoteSignIn(var method, var address) ->
                Result.ok(context.changed(
                        new Change.OfOperator(actor()),
                        Event.Action.OPERATOR_SIGNED_IN,
                        CredentialFields.signedIn(method, address)));
            case OperatorCommand.DisableOperator(var username) -> onOperator(username, operators::disable);
            case OperatorCommand.EnableOperator(var username) -> onOperator(username, operators::enable);
            case OperatorCommand.SignOutOperator(var username) -> onOperator(username, operators::signOut);
            case OperatorCommand.EndSession(var username, var session) -> endSession(username, session);
            case OperatorCommand.ChangeOperatorRole(var username, var role) ->
                onOperator(username, operator -> operators.changeRole(operator, role));
            case OperatorCommand.DeleteOperator(var username) -> delete(username);
            case OperatorCommand.ChangePassword(var username, var hash) ->
                onOperator(username, operator -> operators.changePassword(operator, hash));
            case OperatorCommand.SignInOperator signIn -> signIn(signIn, freshId);
            case OperatorCommand.PutSso put -> sso.put(put, freshId).map(this::providerPut);
            case OperatorCommand.RemoveSso(var id) -> sso.remove(id).map(this::providerRemoved);
            case OperatorCommand.AddPasskey add -> passkeys.add(actor(), add, freshId.get());
            case OperatorCommand.RemovePasskeys(var username, var id) -> removePasskeys(username, id);
            case OperatorCommand.SetPasskeyPolicy(var policy) ->
                passkeys.setPolicy(policy, context.actor().ref().kind() == ActorRef.Kind.OPERATOR ? actor() : null);
        };
    }

    private Change created(ApiKey key) {
        credentials.put(key);
        return context.changed(new Change.OfKey(key), Event.Action.KEY_CREATED, CredentialFields.created(key));
    }

    private Change expiring(ApiKey key) {
        ApiKey before = Objects.requireNonNull(credentials.key(key.id()));
        if (before.equals(key)) {
            return context.unchanged(new Change.OfKey(key));
        }
        credentials.put(key);
        return context.changed(
                new Change.OfKey(key), Event.Action.KEY_EXPIRY_CHANGED, CredentialFields.changed(before, key));
    }

    /// Returns one change about the new key. It has a second journal entry if the old key changes.
    private Change rotated(CredentialRules.Rotation rotation) {
        ApiKey made = rotation.created();
        ApiKey ended = rotation.ended();
        ApiKey before = Objects.requireNonNull(credentials.key(ended.id()));
        List<Event> events = new ArrayList<>(2);
        credentials.put(made);
        events.add(context.event(
                Event.Action.KEY_CREATED, new Change.OfKey(made).subject(), CredentialFields.created(made)));
        if (!before.equals(ended)) {
            credentials.put(ended);
            boolean revoked = ended.revokedAt() != null;
            events.add(context.event(
                    revoked ? Event.Action.KEY_REVOKED : Event.Action.KEY_EXPIRY_CHANGED,
                    new Change.OfKey(ended).subject(),
                    revoked ? CredentialFields.REVOKED : CredentialFields.changed(before, ended)));
        }
        return context.changed(new Change.OfKey(made), events);
    }

    /// Returns one change for the requested key and everything revoked with it. Each of them gets a journal entry.
    private Change revoked(CredentialRules.Revocation revocation) {
        List<Event> events = new ArrayList<>(1);
        for (ApiKey key : revocation.keys()) {
            credentials.put(key);
            events.add(
                    context.event(Event.Action.KEY_REVOKED, new Change.OfKey(key).subject(), CredentialFields.REVOKED));
        }
        for (Operator operator : revocation.operators()) {
            Operator before = Objects.requireNonNull(credentials.operator(operator.id()));
            credentials.put(operator);
            events.add(context.event(
                    Event.Action.OPERATOR_DISABLED,
                    new Change.OfOperator(operator).subject(),
                    CredentialFields.changed(before, operator)));
        }
        WebhookState webhooks = context.realm().webhooks();
        for (Webhook webhook : revocation.webhooks()) {
            Webhook before = Objects.requireNonNull(webhooks.find(webhook.id()));
            webhooks.put(webhook);
            events.add(context.event(
                    Event.Action.WEBHOOK_DISABLED,
                    new Change.OfWebhook(webhook, null).subject(),
                    WebhookFields.changed(before, webhook, null)));
        }
        ApiKey target = Objects.requireNonNull(credentials.key(revocation.target()));
        return context.changed(new Change.OfKey(target), events);
    }

    private Result<Change> signIn(OperatorCommand.SignInOperator command, Supplier<UUID> freshId) {
        Operator before = sso.operatorOf(command.identity());
        return operator(before, before == null ? sso.create(command, freshId.get()) : sso.signIn(before, command));
    }

    private Change providerPut(SsoProvider provider) {
        SsoProvider before = credentials.provider(provider.id());
        if (provider.equals(before)) {
            return context.unchanged(new Change.OfSso(provider));
        }
        credentials.put(provider.withoutSecret());
        return context.changed(
                new Change.OfSso(provider),
                Event.Action.SSO_CHANGED,
                CredentialFields.changed(before, provider, provider.settings().clientSecret() != null));
    }

    /// Removes a provider. The change does not contain it, because a repeated request could not return it.
    private Change providerRemoved(SsoProvider provider) {
        credentials.remove(provider);
        Event event = context.event(
                Event.Action.SSO_REMOVED,
                new Change.OfSso(provider).subject(),
                CredentialFields.changed(provider, null, true));
        return context.changed(new Change.OfNothing(), List.of(event));
    }

    private interface OperatorRule {
        Transition<Operator> apply(Operator operator);
    }

    private Result<Change> onOperator(Identifier.Key username, OperatorRule rule) {
        Operator before = credentials.operatorNamed(username);
        return before == null
                ? Result.refused(new Refusal.NotFound("operator", username.folded()))
                : operator(before, rule.apply(before));
    }

    private Result<Change> onActor(OperatorRule rule) {
        Operator before = actor();
        return operator(before, rule.apply(before));
    }

    private Result<Change> endSession(Identifier.Key username, UUID session) {
        Operator operator = credentials.operatorNamed(username);
        if (operator == null) {
            return Result.refused(new Refusal.NotFound("operator", username.folded()));
        }
        Refusal refusal = operators.objectionToEndingSession(operator);
        return refusal != null
                ? Result.refused(refusal)
                : Result.ok(context.changed(
                        new Change.OfOperator(operator),
                        Event.Action.OPERATOR_SESSION_ENDED,
                        CredentialFields.sessionEnded(session)));
    }

    /// Deletes an operator and their passkeys.
    private Result<Change> delete(Identifier.Key username) {
        Operator before = credentials.operatorNamed(username);
        return onOperator(username, operators::delete).map(change -> {
            List<Event> events = new ArrayList<>(passkeys.removeAll(Objects.requireNonNull(before)));
            events.addAll(change.events());
            return context.changed(change.about(), events);
        });
    }

    private Result<Change> removePasskeys(Identifier.Key username, @Nullable UUID id) {
        Operator operator = credentials.operatorNamed(username);
        if (operator == null) {
            return Result.refused(new Refusal.NotFound("operator", username.folded()));
        }
        Refusal refusal = operators.objectionToRemovingPasskeys(operator);
        return refusal != null ? Result.refused(refusal) : passkeys.remove(operator, id);
    }

    private Operator actor() {
        return Objects.requireNonNull(credentials.operator(context.actor().ref().id()));
    }

    private Result<Change> operator(@Nullable Operator before, Transition<Operator> step) {
        return switch (step) {
            case Transition.Refused<Operator>(var refusal) -> Result.refused(refusal);
            case Transition.Unchanged<Operator>() ->
                Result.ok(context.unchanged(new Change.OfOperator(Objects.requireNonNull(before))));
            case Transition.Noted<Operator> _, Transition.Ended<Operator> _ ->
                throw new IllegalStateException("not a step of operators: " + step);
            case Transition.Changed<Operator>(var operator, var action, var _, var _) -> {
                credentials.put(operator);
                yield Result.ok(context.changed(
                        new Change.OfOperator(operator), action, CredentialFields.changed(before, operator)));
            }
        };
    }
}
