package dev.muster.model;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One request to change a realm: all of its commands are done, or none.
///
/// @param target the user it is about; null where it makes one, or is about keys, operators or tenants
/// @param commands in their order. Without a target there is one, but behind a registration others may follow: on
///     the new user, or on memberships in groups
/// @param ifMatch the version that the target must have; null for any
public record Write(
        Actor actor,
        @Nullable UserRef target,
        List<Command> commands,
        @Nullable Long ifMatch) {
    public Write {
        commands = List.copyOf(commands);
    }

    /// Whether all of it is urgent: see [Command#isUrgent].
    public boolean isUrgent() {
        return commands.stream().allMatch(Command::isUrgent);
    }

    /// Notes all that the rules will ask of the realm to judge this.
    public void needs(Needs needs, Fingerprint.Maker prints) {
        switch (actor.ref().kind()) {
            case API_KEY -> needs.key(actor.ref().id());
            case OPERATOR -> needs.operator(actor.ref().id());
            case ROOT, SYSTEM -> {}
        }
        actor.keys().forEach(needs::key);
        if (target != null) {
            user(target, needs, prints);
        }
        for (Command command : commands) {
            if (command instanceof Command.OnUser onUser && touchesAffiliations(onUser)) {
                needs.affiliations();
            }
            needs(command, needs, prints);
        }
    }

    /// Whether it may decide if the user's memberships and assignments count, or end them.
    private static boolean touchesAffiliations(Command.OnUser command) {
        return switch (command) {
            case Command.Remove _,
                    Command.Expel _,
                    Command.Restore _,
                    Command.Reinstate _,
                    Command.Bar _,
                    Command.Erase _ -> true;
            case Command.Update _,
                    Command.PlaceHold _,
                    Command.AssertHold _,
                    Command.ReleaseHold _,
                    Command.LiftHold _,
                    Command.ToggleSuspension _,
                    Command.ExpectStatus _,
                    Command.AnnulBar _,
                    Command.ChangeRank _,
                    Command.Promote _,
                    Command.ConfirmEmail _,
                    Command.RequestInvitation _,
                    Command.ReplaceCards _,
                    Command.ReplaceWorkstations _,
                    Command.AllowReenrolment _,
                    Command.EndHolds _ -> false;
        };
    }

    private static void needs(Command command, Needs needs, Fingerprint.Maker prints) {
        switch (command) {
            case Command.Register register -> identifiers(register, needs, prints);
            case Command.PutUser put -> identifiers(put.fields(), needs, prints);
            case Command.Update update -> {
                for (Identifier.Kind kind : Identifier.Kind.values()) {
                    Edit<@Nullable Identifier> edit = update.identifier(kind);
                    identifier(edit == null ? null : edit.value(), needs, prints);
                }
            }
            case Command.ReplaceCards(var cards, var duplicates) -> {
                if (!duplicates) {
                    cards.forEach(card -> needs.card(prints.ofCard(card.number())));
                }
            }
            case Command.CreateKey key -> {
                needs.key(key.id());
                if (key.signs()) {
                    needs.allKeys();
                }
            }
            case Command.ExpireKey(var id, var _) -> {
                needs.key(id);
                needs.allKeys();
            }
            case Command.RevokeKey(var id, var descendants) -> {
                needs.key(id);
                needs.allKeys();
                if (descendants) {
                    needs.allOperators();
                }
            }
            case Command.CreateOperator operator -> {
                needs.operatorNamed(operator.username().key());
                needs.allOperators();
            }
            case Command.DisableOperator(var username) -> {
                needs.operatorNamed(username);
                needs.allOperators();
            }
            case Command.ChangeOperatorRole(var username, var _) -> {
                needs.operatorNamed(username);
                needs.allOperators();
            }
            case Command.DeleteOperator(var username) -> {
                needs.operatorNamed(username);
                needs.allOperators();
            }
            case Command.EnableOperator(var username) -> needs.operatorNamed(username);
            case Command.SignOutOperator(var username) -> needs.operatorNamed(username);
            case Command.ChangePassword(var username, var _) -> needs.operatorNamed(username);
            case Command.CreateTenant tenant -> needs.partner(tenant.partnerId());
            case Command.OnGroups onGroups -> needs(onGroups, needs, prints);
            case Command.OnPolicies onPolicies -> needs(onPolicies, needs, prints);
            case Command.OnJobs onJobs -> needs(onJobs, needs, prints);
            case Command.NoteSignature(), Command.SetQuotas(var _) -> {}
            case Command.OnUser _ -> {}
        }
    }

    private static void identifiers(Command.Register register, Needs needs, Fingerprint.Maker prints) {
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            identifier(register.identifier(kind), needs, prints);
        }
    }

    private static void needs(Command.OnGroups command, Needs needs, Fingerprint.Maker prints) {
        switch (command) {
            case Command.CreateGroup(var name, var _) -> needs.groupNamed(Group.folded(name));
            case Command.UpdateGroup(var group, var name, var _) -> {
                needs.group(group);
                if (name != null) {
                    needs.groupNamed(Group.folded(name.value()));
                }
            }
            case Command.DeleteGroup(var group) -> needs.group(group);
            case Command.AddMember(var group, var user) -> {
                needs.group(group);
                affiliated(user, needs, prints);
            }
            case Command.RemoveMember(var group, var user) -> {
                needs.group(group);
                affiliated(user, needs, prints);
            }
        }
    }

    private static void needs(Command.OnPolicies command, Needs needs, Fingerprint.Maker prints) {
        switch (command) {
            case Command.CreatePolicy(var name, var _, var _) -> needs.policyNamed(Group.folded(name));
            case Command.UpdatePolicy(var policy, var name, var _, var _) -> {
                needs.policy(policy);
                if (name != null) {
                    needs.policyNamed(Group.folded(name.value()));
                }
            }
            case Command.DeletePolicy(var policy) -> needs.policy(policy);
            case Command.AssignUser(var policy, var user) -> {
                needs.policy(policy);
                affiliated(user, needs, prints);
            }
            case Command.UnassignUser(var policy, var user) -> {
                needs.policy(policy);
                affiliated(user, needs, prints);
            }
            case Command.AssignGroup(var policy, var group) -> {
                needs.policy(policy);
                needs.group(group);
            }
            case Command.UnassignGroup(var policy, var group) -> {
                needs.policy(policy);
                needs.group(group);
            }
        }
    }

    private static void needs(Command.OnJobs command, Needs needs, Fingerprint.Maker prints) {
        switch (command) {
            case Command.ReserveJob(var job, var _) -> submission(job, needs, prints);
            case Command.SubmitJob(var job, var _, var _) -> submission(job, needs, prints);
            case Command.FreeJobId(var jobId, var _) -> needs.job(jobId);
            case Command.GiveVerdict(var jobId, var _) -> needs.job(jobId);
            case Command.ReviewJob(var jobId, var _) -> needs.job(jobId);
            case Command.EraseJob(var jobId) -> needs.job(jobId);
        }
    }

    private static void submission(JobRequest job, Needs needs, Fingerprint.Maker prints) {
        needs.job(job.jobId());
        if (job.user() != null) {
            user(job.user().ref(), needs, prints);
            identifier(job.user().register(), needs, prints);
        }
    }

    private static void affiliated(UserRef ref, Needs needs, Fingerprint.Maker prints) {
        user(ref, needs, prints);
        needs.affiliations();
    }

    private static void user(UserRef ref, Needs needs, Fingerprint.Maker prints) {
        needs.user(ref);
        Identifier.Key barrable = ref.barrable();
        if (barrable != null) {
            needs.bar(prints.of(barrable));
        }
    }

    private static void identifier(@Nullable Identifier identifier, Needs needs, Fingerprint.Maker prints) {
        if (identifier == null) {
            return;
        }
        needs.user(new UserRef.ByIdentifier(identifier.key()));
        if (identifier.kind().barrable()) {
            needs.bar(prints.of(identifier.key()));
        }
        needs.jobNames.add(prints.of(JobClaims.name(identifier.key())));
        UUID likeAnId = idLike(identifier);
        if (likeAnId != null) {
            needs.user(UserRef.id(likeAnId));
        }
    }

    static @Nullable UUID idLike(Identifier identifier) {
        return identifier.kind() == Identifier.Kind.EXTERNAL_ID ? Identifier.idLike(identifier.text()) : null;
    }
}
