package dev.muster.model.rules;

import dev.muster.model.Approval;
import dev.muster.model.ApprovalCommand;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Event;
import dev.muster.model.JobCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Refusal.CannotDecide;
import dev.muster.model.Result;
import dev.muster.model.Write;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.Lineage;
import dev.muster.model.credential.Scope;
import dev.muster.model.state.ApprovalState;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Timestamps;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decides which writes need a second operator and who may approve them. See `docs/decisions/081`.
final class ApprovalDecider {
    private final Context context;
    private final ApprovalState approvals;

    ApprovalDecider(Context context) {
        this.context = context;
        this.approvals = context.realm().approvals();
    }

    /// Executes the commands of a request as its requester.
    interface RequestExecutor {
        /// Returns the requester with their current rights; null if they can no longer act, or no longer have
        /// the right to request all of the commands.
        @Nullable
        Actor requester(Approval approval, List<Command.Deferrable> commands);

        /// Executes the request.
        Result<Change> by(Actor requester, Write write, ActorRef approver);
    }

    // Loading

    /// Whether the realm's approval rules must be checked for this write.
    static boolean isGoverned(Write write) {
        return write.actor().ref().kind() != ActorRef.Kind.SYSTEM
                && (write.together() > 1 || write.commands().stream().anyMatch(ApprovalDecider::isGoverned));
    }

    private static boolean isGoverned(Command command) {
        return command instanceof Command.SetApprovalRules || action(command) != null;
    }

    private static ApprovalRules.@Nullable Action action(Command command) {
        return switch (command) {
            case Command.Bar _ -> ApprovalRules.Action.BAR;
            case Command.Erase _, JobCommand.EraseJob _ -> ApprovalRules.Action.ERASE;
            case Command.AnnulBar _ -> ApprovalRules.Action.ANNUL_BAR;
            default -> null;
        };
    }

    /// Plans to load the facts needed to decide on a request for approval, except those that its commands need.
    static void plan(ApprovalCommand command, LoadPlan plan) {
        Approval approval = command.approval();
        plan.approvals.ids.add(approval.id());
        if (approval.user() != null) {
            // The user's key seals the request and its journal entries.
            plan.people.user(UserRef.id(approval.user()));
        }
        if (command instanceof ApprovalCommand.Approve) {
            plan.approvals.rules();
            plan.credentials.allKeys = true;
            plan.credentials.allOperators = true;
        }
    }

    // What needs approval

    /// Why a write needs approval; null if it does not.
    Approval.@Nullable Kind needed(Write write) {
        if (!isGoverned(write)) {
            return null;
        }
        ApprovalRules rules = approvals.rules();
        for (Command command : write.commands()) {
            if (command instanceof Command.SetApprovalRules && !rules.isEmpty()) {
                return Approval.Kind.RULES;
            }
            ApprovalRules.Action action = action(command);
            if (action != null && rules.actions().contains(action)) {
                return switch (action) {
                    case BAR -> Approval.Kind.BAR;
                    case ERASE -> Approval.Kind.ERASE;
                    case ANNUL_BAR -> Approval.Kind.ANNUL_BAR;
                };
            }
        }
        Integer threshold = rules.bulkThreshold();
        return threshold != null && write.together() > threshold ? Approval.Kind.BULK : null;
    }

    /// Creates a request for approval of a write. If the write would be refused or would change nothing, that
    /// outcome is returned instead. Refuses: whatever the write itself refuses, and CannotDecide if one of its
    /// commands cannot wait.
    ///
    /// @param outcome what the write would do now
    Result<Change> request(Write write, Approval.Kind kind, Result<Change> outcome, Supplier<UUID> freshId) {
        if (!(outcome instanceof Result.Ok<Change>(var change))
                || change.events().isEmpty()) {
            return outcome;
        }
        List<Command.Deferrable> commands = new ArrayList<>();
        for (Command command : write.commands()) {
            if (!(command instanceof Command.Deferrable deferrable)) {
                return cannot(CannotDecide.Reason.CANNOT_WAIT);
            }
            commands.add(deferrable);
        }
        User user = write.target() == null
                ? null
                : Objects.requireNonNull(context.realm().people().find(write.target()));
        Approval approval = new Approval(
                freshId.get(),
                kind,
                user == null ? null : user.id(),
                user == null ? 0 : user.version(),
                commands,
                Creator.of(context.actor()),
                context.now(),
                context.now().plus(Approval.LAPSES_AFTER),
                Approval.State.PENDING,
                null,
                null);
        approvals.put(approval);
        Changes changes = new Changes.Draft()
                .put("approval", null, approval.id().toString())
                .put("approvalAction", null, kind.wireName())
                .put("lapsesAt", null, Timestamps.text(approval.lapsesAt()))
                .build();
        return Result.ok(context.changed(
                new Change.AwaitsApproval(approval),
                List.of(context.event(Event.Action.APPROVAL_REQUESTED, approval.subject(), changes))));
    }

    // Deciding on a request

    Result<Change> decide(ApprovalCommand command, RequestExecutor carriedOut) {
        Approval stored = approvals.find(command.approval().id());
        if (stored == null) {
            return Result.refused(
                    new Refusal.NotFound("approval", command.approval().id().toString()));
        }
        if (command instanceof ApprovalCommand.LapseApproval) {
            return lapse(stored);
        }
        if (stored.stateAt(context.now()) != Approval.State.PENDING) {
            return cannot(CannotDecide.Reason.CLOSED);
        }
        return switch (command) {
            case ApprovalCommand.Approve approve -> approve(stored, approve, carriedOut);
            case ApprovalCommand.Decline decline -> decline(stored, decline);
            case ApprovalCommand.LapseApproval _ -> throw new IllegalStateException("a lapse is decided above");
        };
    }

    private Result<Change> approve(Approval stored, ApprovalCommand.Approve approve, RequestExecutor carriedOut) {
        List<Command.Deferrable> commands = stored.commands();
        if (commands == null) {
            return Result.refused(new Refusal.Erased());
        }
        if (!commands.equals(approve.approval().commands())) {
            throw new IllegalStateException("the commands of a request changed: " + stored.id());
        }
        Refusal refusal = refusalFor(stored, commands);
        if (refusal == null && needsRecentProof(commands) && !context.actor().hasRecentProof(context.now())) {
            refusal = new Refusal.StepUpRequired(Actor.PROOF_LIFETIME);
        }
        if (refusal != null) {
            return Result.refused(refusal);
        }
        UserRef target = stored.user() == null ? null : UserRef.id(stored.user());
        if (target != null) {
            User user = context.realm().people().find(target);
            if (user == null) {
                return Result.refused(new Refusal.NotFound("user", target.text()));
            }
            Set<Long> seen = approve.versions();
            if (seen != null && !seen.contains(user.version())) {
                return Result.refused(new Refusal.Stale(user.version()));
            }
            if (seen == null && user.version() != stored.version()) {
                return cannot(CannotDecide.Reason.CHANGED);
            }
        }
        Actor requester = carriedOut.requester(stored, commands);
        if (requester == null) {
            return cannot(CannotDecide.Reason.REQUESTER_GONE);
        }
        return carriedOut
                .by(
                        requester,
                        new Write(requester, target, List.<Command>copyOf(commands), null),
                        context.actor().ref())
                .map(change -> approved(stored, change));
    }

    /// Whether an approver must have proved their identity recently. This is required to annul a bar, and for
    /// commands that require it of the requester.
    private static boolean needsRecentProof(List<Command.Deferrable> commands) {
        return commands.stream().anyMatch(command -> command.needsRecentProof() || command.scope() == null);
    }

    private Change approved(Approval stored, Change change) {
        Approval approval =
                stored.decided(Approval.State.APPROVED, context.actor().ref(), context.now());
        approvals.put(approval);
        List<Event> events = new ArrayList<>(1 + change.events().size());
        events.add(event(Event.Action.APPROVAL_APPROVED, approval, null, null));
        events.addAll(change.events());
        return context.changed(change.about(), events);
    }

    /// Declines a request, or withdraws one of the actor's own. Refuses: CannotDecide, Forbidden.
    private Result<Change> decline(Approval stored, ApprovalCommand.Decline decline) {
        boolean own = isOwn(stored);
        Refusal refusal = own ? null : refusalFor(stored, stored.commands());
        boolean related = refusal instanceof CannotDecide(var reason) && reason == CannotDecide.Reason.RELATED;
        // Operators related to the requester may still decline, because that only prevents the change.
        if (refusal != null && !related) {
            return Result.refused(refusal);
        }
        Approval approval =
                stored.decided(Approval.State.DECLINED, context.actor().ref(), context.now());
        approvals.put(approval);
        return Result.ok(context.changed(
                new Change.OfApproval(approval),
                List.of(event(Event.Action.APPROVAL_DECLINED, approval, decline.reason(), decline.note()))));
    }

    private Result<Change> lapse(Approval stored) {
        Change.About about = new Change.OfApproval(stored);
        if (stored.state() != Approval.State.PENDING || context.now().isBefore(stored.lapsesAt())) {
            return Result.ok(context.unchanged(about));
        }
        Approval approval = stored.decided(Approval.State.LAPSED, null, context.now());
        approvals.put(approval);
        return Result.ok(context.changed(
                new Change.OfApproval(approval), List.of(event(Event.Action.APPROVAL_LAPSED, approval, null, null))));
    }

    /// @param approval the approval in its new state
    private Event event(Event.Action action, Approval approval, @Nullable String reason, @Nullable String note) {
        Changes changes = new Changes.Draft()
                .put("approval", null, approval.id().toString())
                .put("approvalAction", null, approval.kind().wireName())
                .put("requestedBy", null, approval.requestedBy().by().text())
                .build();
        return context.event(action, approval.subject(), reason, note, changes);
    }

    // Who may decide

    private boolean isOwn(Approval approval) {
        return approval.requestedBy().by().equals(context.actor().ref());
    }

    /// Why the actor may not approve the request; null if they may.
    private @Nullable Refusal refusalFor(Approval approval, @Nullable List<Command.Deferrable> commands) {
        Actor actor = context.actor();
        if (actor.ref().kind() != ActorRef.Kind.OPERATOR) {
            return new CannotDecide(CannotDecide.Reason.NOT_AN_OPERATOR);
        }
        if (isOwn(approval)) {
            return new CannotDecide(CannotDecide.Reason.OWN_REQUEST);
        }
        for (Command command : commands == null ? List.<Command>of() : commands) {
            Scope scope = command.scope() == null ? Scope.BAR_WRITE : command.scope();
            if (!actor.may(scope)) {
                return new Refusal.Forbidden(scope.wireName());
            }
        }
        return isRelated(approval.requestedBy().by().id(), actor.ref().id())
                ? new CannotDecide(CannotDecide.Reason.RELATED)
                : null;
    }

    /// Whether the same person may hold both credentials, judging by who created them: one created the other, or
    /// the same operator or key created both. Root and a realm's first keys, which root created, do not count as
    /// common creators, because they create the realm's first operators.
    private boolean isRelated(UUID requester, UUID approver) {
        Lineage lineage = new Lineage(
                context.realm().credentials().keys(),
                context.realm().credentials().operators());
        Set<UUID> common = new HashSet<>(lineage.withAncestors(requester));
        common.retainAll(lineage.withAncestors(approver));
        return common.stream()
                .anyMatch(each -> each.equals(requester) || each.equals(approver) || !lineage.isFirstKey(each));
    }

    private static <T> Result<T> cannot(CannotDecide.Reason reason) {
        return Result.refused(new CannotDecide(reason));
    }
}
