package dev.muster.model.rules;

import dev.muster.model.Approval;
import dev.muster.model.ApprovalCommand;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.JobCommand;
import dev.muster.model.JournalCommand;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.WebhookCommand;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Scope;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.state.WorkingSet;
import dev.muster.model.tenant.Environment;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Identifier;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decides whole requests against the working set of their realm: it authorizes the actor and delegates to the decider
/// for the subject. It may change the working set even if it refuses, so pass it an overlay and merge that only if the
/// result is [Result.Ok].
public final class Decider {
    private final WorkingSet realm;
    private final Environment environment;
    private final Fingerprint.Maker fingerprints;
    private final Instant now;

    public Decider(WorkingSet realm, Environment environment, Fingerprint.Maker fingerprints, Instant now) {
        this.realm = realm;
        this.environment = environment;
        this.fingerprints = fingerprints;
        this.now = now;
    }

    /// Adds to `plan` everything needed to decide `write`.
    public static void plan(Write write, LoadPlan plan, Fingerprint.Maker fingerprints) {
        Actor actor = write.actor();
        switch (actor.ref().kind()) {
            case API_KEY -> plan.credentials.keys.add(actor.ref().id());
            case OPERATOR -> plan.credentials.operators.add(actor.ref().id());
            case ROOT, SYSTEM -> {}
        }
        plan.credentials.keys.addAll(actor.keys());
        if (write.target() != null) {
            Lookup.plan(write.target(), plan, fingerprints);
        }
        if (ApprovalDecider.isGoverned(write)
                || write.commands().stream().anyMatch(OperatorCommand.PutSso.class::isInstance)) {
            plan.approvals.rules();
        }
        for (Command command : write.commands()) {
            plan(command, plan, fingerprints);
        }
    }

    private static void plan(Command command, LoadPlan plan, Fingerprint.Maker fingerprints) {
        switch (command) {
            case Command.Register register -> UserDecider.plan(register, plan, fingerprints);
            case Command.PutUser put -> UserDecider.plan(put.fields(), plan, fingerprints);
            case Command.OnUser onUser -> UserDecider.plan(onUser, plan, fingerprints);
            case Command.OnCredentials onCredentials -> {
                CredentialDecider.plan(onCredentials, plan.credentials);
                plan.webhooks.all |= onCredentials instanceof Command.RevokeKey(var _, var descendants) && descendants;
            }
            case Command.CreateTenant tenant -> plan.credentials.partners.add(tenant.partnerId());
            case Command.OnGroups onGroups -> GroupDecider.plan(onGroups, plan, fingerprints);
            case Command.OnPolicies onPolicies -> PolicyDecider.plan(onPolicies, plan, fingerprints);
            case JobCommand onJobs -> JobDecider.plan(onJobs, plan, fingerprints);
            case WebhookCommand _ -> WebhookDecider.plan(plan);
            case ApprovalCommand onApprovals -> {
                ApprovalDecider.plan(onApprovals, plan);
                List<Command.Deferrable> asked = onApprovals.approval().commands();
                if (onApprovals instanceof ApprovalCommand.Approve && asked != null) {
                    asked.forEach(each -> plan(each, plan, fingerprints));
                }
            }
            case Command.NoteSignature(),
                    JournalCommand _,
                    Command.SetQuotas(var _),
                    Command.SetApprovalRules(var _) -> {}
        }
    }

    /// Decides `write`. The actor's rights are those in the working set, not those at the time of the request.
    /// However, rights that the request excludes, because another credential lacks them, stay excluded.
    ///
    /// @param freshId generates ids for new objects
    public Result<Change> decide(Write write, Supplier<UUID> freshId) {
        Actor actor = present(write.actor());
        if (actor == null) {
            return Result.refused(new Refusal.Unauthenticated());
        }
        for (Command command : write.commands()) {
            Refusal refusal = forbidden(actor, command);
            if (refusal != null) {
                return Result.refused(refusal);
            }
        }
        Context context = new Context(realm, environment, fingerprints, actor, now, null);
        if (write.commands().getFirst() instanceof ApprovalCommand onApproval) {
            return new ApprovalDecider(context).decide(onApproval, new AsRequester(freshId));
        }
        ApprovalDecider approvals = new ApprovalDecider(context);
        Approval.Kind needed = approvals.needed(write);
        if (needed == null) {
            return carryOut(context, write, freshId);
        }
        // Runs the write on an overlay that is discarded, to find out what it would do now.
        Context trial = new Context(realm.overlay(), environment, fingerprints, actor, now, null);
        return approvals.request(write, needed, carryOut(trial, write, freshId), freshId);
    }

    /// Executes an approved request as its requester.
    private final class AsRequester implements ApprovalDecider.RequestExecutor {
        private final Supplier<UUID> freshId;

        private AsRequester(Supplier<UUID> freshId) {
            this.freshId = freshId;
        }

        @Override
        public @Nullable Actor requester(Approval approval, List<Command.Deferrable> commands) {
            Creator by = approval.requestedBy();
            Actor requester = switch (by.by().kind()) {
                case ROOT -> Actor.ROOT;
                case SYSTEM -> null;
                case API_KEY -> {
                    ApiKey key = realm.credentials().key(by.by().id());
                    yield key == null || !key.isLive(now) ? null : key.actor();
                }
                case OPERATOR -> {
                    Operator operator = realm.credentials().operator(by.by().id());
                    Set<UUID> keys = by.through() == null ? Set.of() : Set.of(by.through());
                    yield operator == null || !operator.isLive() ? null : through(operator.actor(), keys);
                }
            };
            if (requester == null) {
                return null;
            }
            // The requester's identity was checked when the request was made.
            Actor proven = requester.withProofAt(now);
            return commands.stream().anyMatch(command -> forbidden(proven, command) != null) ? null : proven;
        }

        @Override
        public Result<Change> by(Actor requester, Write write, ActorRef approver) {
            return carryOut(new Context(realm, environment, fingerprints, requester, now, approver), write, freshId);
        }
    }

    private static Result<Change> carryOut(Context context, Write write, Supplier<UUID> freshId) {
        List<Command> commands = write.commands();
        if (write.target() != null) {
            return new UserDecider(context).change(write.target(), commands, write.ifMatch());
        }
        if (commands.size() != 1 && !(commands.getFirst() instanceof Command.Register)) {
            throw new IllegalArgumentException("a request without a target must have exactly one command");
        }
        return switch (commands.getFirst()) {
            case Command.Register register ->
                new UserDecider(context).register(register, commands.subList(1, commands.size()), freshId);
            case Command.PutUser put -> new UserDecider(context).put(put, write.ifMatch(), freshId);
            case Command.OnCredentials command -> new CredentialDecider(context).decide(command, freshId);
            case Command.CreateTenant command -> new TenantDecider(context).create(command, freshId.get());
            case Command.OnGroups command -> new GroupDecider(context).decide(command, freshId);
            case Command.OnPolicies command -> new PolicyDecider(context).decide(command, freshId);
            case JobCommand command -> new JobDecider(context).decide(command, freshId);
            case WebhookCommand command -> new WebhookDecider(context).decide(command, freshId);
            case Command.SetApprovalRules(var rules) -> new TenantDecider(context).setApprovalRules(rules);
            case ApprovalCommand command -> throw new IllegalArgumentException("must be the only command: " + command);
            case Command.SetQuotas(var quotas) -> new TenantDecider(context).setQuotas(quotas);
            case JournalCommand.NoteExport() ->
                Result.ok(context.changed(new Change.OfNothing(), Event.Action.JOURNAL_EXPORTED, Changes.NONE));
            case JournalCommand.NoteRewind rewind -> Result.ok(noteRewind(context, rewind));
            case Command.NoteSignature() -> Result.ok(context.unchanged(new Change.OfNothing()));
            case Command.OnUser command -> throw new IllegalArgumentException("needs a user: " + command);
        };
    }

    private static Change noteRewind(Context context, JournalCommand.NoteRewind rewind) {
        Changes changes = new Changes.Draft()
                .put("seq", rewind.lostSeq(), rewind.foundSeq())
                .put("head", rewind.lostHead(), rewind.foundHead())
                .build();
        return context.changed(new Change.OfNothing(), Event.Action.JOURNAL_REWOUND, changes);
    }

    private @Nullable Actor present(Actor actor) {
        return switch (actor.ref().kind()) {
            case ROOT, SYSTEM -> actor;
            case API_KEY -> {
                ApiKey key = realm.credentials().key(actor.ref().id());
                yield key == null || !key.isLive(now) ? null : key.actor().within(actor);
            }
            case OPERATOR -> {
                Operator operator = realm.credentials().operator(actor.ref().id());
                yield operator == null || !operator.isLive() || operator.generation() != actor.generation()
                        ? null
                        : through(operator.actor().withProofAt(actor.provenAt()).within(actor), actor.keys());
            }
        };
    }

    /// Returns the operator, restricted to the current rights of the keys that they act through; null if one of the
    /// keys has ended.
    private @Nullable Actor through(Actor operator, Set<UUID> apiKeys) {
        Actor actor = operator;
        for (UUID id : apiKeys) {
            ApiKey key = realm.credentials().key(id);
            if (key == null || !key.isLive(now)) {
                return null;
            }
            actor = actor.through(key.actor());
        }
        return actor;
    }

    private @Nullable Refusal forbidden(Actor actor, Command command) {
        if (command instanceof OperatorCommand.SignOutOperator(var username) && isThemselves(actor, username)) {
            return null;
        }
        if (command instanceof OperatorCommand.EndSession(var username, var _) && isThemselves(actor, username)) {
            return null;
        }
        if (command instanceof OperatorCommand.RemovePasskeys(var username, var _) && isThemselves(actor, username)) {
            return stepUpRefusal(actor);
        }
        if (command instanceof OperatorCommand.AddPasskey) {
            return actor.ref().kind() == ActorRef.Kind.OPERATOR
                    ? stepUpRefusal(actor)
                    : new Refusal.Forbidden("an operator");
        }
        if (command instanceof OperatorCommand.AcceptInvitation
                || command instanceof OperatorCommand.ChangeOwnPassword
                || command instanceof OperatorCommand.NoteSignIn) {
            return actor.ref().kind() == ActorRef.Kind.OPERATOR ? null : new Refusal.Forbidden("an operator");
        }
        if (command instanceof Command.EndHolds
                || command instanceof JournalCommand.NoteRewind
                || command instanceof OperatorCommand.SignInOperator
                || command instanceof ApprovalCommand.LapseApproval
                || command instanceof WebhookCommand.DisableWebhook) {
            return actor.ref().kind() == ActorRef.Kind.SYSTEM ? null : new Refusal.Forbidden("system");
        }
        Scope scope = command.scope();
        if (command instanceof Command.CreateKey && actor.isRoot()) {
            return null;
        }
        if (scope == null) {
            return actor.isRoot() ? null : new Refusal.Forbidden("root");
        }
        if (!actor.may(scope)) {
            return Refusal.Forbidden.to(actor, scope);
        }
        return command.needsRecentProof() ? stepUpRefusal(actor) : null;
    }

    /// Returns a refusal if the actor is an operator whose last proof of identity is too old; null otherwise.
    private @Nullable Refusal stepUpRefusal(Actor actor) {
        return actor.hasRecentProof(now) ? null : new Refusal.StepUpRequired(Actor.PROOF_LIFETIME);
    }

    private boolean isThemselves(Actor actor, Identifier.Key username) {
        Operator operator = realm.credentials().operatorNamed(username);
        return operator != null && operator.actor().ref().equals(actor.ref());
    }
}
