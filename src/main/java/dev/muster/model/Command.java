package dev.muster.model;

import dev.muster.model.value.AllowedAddresses;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.job.Evidence;
import dev.muster.model.job.JobRequest;
import dev.muster.model.job.Verdict;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.user.Card;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Edit;
import dev.muster.model.value.Identifier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Everything that can be asked of a realm. A command is data: what it does is decided in `model.rules`.
/// Values in it have passed `Validator`.
public sealed interface Command {
    /// Makes a user. At least one of `email`, `externalId` and `username` is given.
    record Register(
            @Nullable Identifier email,
            @Nullable Identifier externalId,
            @Nullable Identifier username,
            @Nullable String name,
            @Nullable String givenName,
            @Nullable String familyName,
            Tag tag,
            @Nullable String metadata)
            implements Command {
        public @Nullable Identifier identifier(Identifier.Kind kind) {
            return switch (kind) {
                case EMAIL -> email;
                case EXTERNAL_ID -> externalId;
                case USERNAME -> username;
            };
        }
    }

    /// Makes a user of that external id, or gives the user who has it these fields in the place of those that
    /// they have: what is not given is emptied.
    ///
    /// @param fields with an external id
    /// @param tag what `fields` asks for; null where a user who is there keeps theirs
    /// @param when what must be so for anything to be done
    record PutUser(Register fields, @Nullable Tag tag, When when) implements Command {
        public PutUser {
            if (fields.externalId() == null) {
                throw new IllegalArgumentException("needs an external id");
            }
        }

        /// What must be so for a user to be put.
        public enum When {
            ALWAYS,
            /// There is no user of that external id.
            ABSENT,
            /// There is one.
            PRESENT
        }
    }

    /// A command on the one user that the request is about.
    sealed interface OnUser extends Command {}

    /// A command on the holds of the one user that the request is about.
    sealed interface OnHolds extends OnUser {}

    /// Changes fields; one without an edit stays.
    record Update(
            @Nullable Edit<@Nullable Identifier> email,
            @Nullable Edit<@Nullable Identifier> externalId,
            @Nullable Edit<@Nullable Identifier> username,
            @Nullable Edit<@Nullable String> name,
            @Nullable Edit<@Nullable String> givenName,
            @Nullable Edit<@Nullable String> familyName,
            @Nullable Edit<@Nullable String> metadata,
            @Nullable Edit<@Nullable Instant> deviceAddedAt)
            implements OnUser {
        public @Nullable Edit<@Nullable Identifier> identifier(Identifier.Kind kind) {
            return switch (kind) {
                case EMAIL -> email;
                case EXTERNAL_ID -> externalId;
                case USERNAME -> username;
            };
        }

        /// Changes the fields that `fill` sets in the draft.
        public static Update of(Consumer<Draft> fill) {
            Draft draft = new Draft();
            fill.accept(draft);
            return new Update(
                    draft.email,
                    draft.externalId,
                    draft.username,
                    draft.name,
                    draft.givenName,
                    draft.familyName,
                    draft.metadata,
                    draft.deviceAddedAt);
        }

        /// Edits, none of which is set at first.
        public static final class Draft {
            public @Nullable Edit<@Nullable Identifier> email;
            public @Nullable Edit<@Nullable Identifier> externalId;
            public @Nullable Edit<@Nullable Identifier> username;
            public @Nullable Edit<@Nullable String> name;
            public @Nullable Edit<@Nullable String> givenName;
            public @Nullable Edit<@Nullable String> familyName;
            public @Nullable Edit<@Nullable String> metadata;
            public @Nullable Edit<@Nullable Instant> deviceAddedAt;
        }

        /// Whether removed users can be changed like this too: everything but when a device was added.
        public boolean isOpenToRemoved() {
            return deviceAddedAt == null;
        }
    }

    /// Places a hold, and replaces reason, note and end of one of that kind and label.
    record PlaceHold(
            HoldKind kind,
            String label,
            @Nullable String reason,
            @Nullable String note,
            @Nullable Instant until) implements OnHolds {
        public PlaceHold {
            kind.requirePlaceable();
        }
    }

    /// Places a `main` hold without an end, or takes away the end of the one that is there, as vendor
    /// dialects do.
    record AssertHold(HoldKind kind) implements OnHolds {
        public AssertHold {
            kind.requirePlaceable();
        }
    }

    /// Releases the hold of that kind and label.
    record ReleaseHold(
            HoldKind kind,
            String label,
            @Nullable String reason,
            @Nullable String note) implements OnHolds {
        public ReleaseHold {
            kind.requirePlaceable();
        }
    }

    /// Releases the `main` hold of that kind, as vendor dialects do; refused while another label of the
    /// kind remains.
    record LiftHold(HoldKind kind) implements OnHolds {
        public LiftHold {
            kind.requirePlaceable();
        }
    }

    /// Releases `suspended` where it is in effect, else places it; refused while another denying hold is in
    /// effect.
    record ToggleSuspension() implements OnHolds {}

    /// Releases `deactivated`, `suspended` and `removed` together; refused when a denying hold would remain.
    record Reinstate(@Nullable String reason, @Nullable String note) implements OnHolds {}

    /// Asks that after the commands before it the user's status is one of these; refused by the holds
    /// otherwise.
    record ExpectStatus(Set<Status> statuses) implements OnHolds {}

    record Remove(@Nullable String reason, @Nullable String note) implements OnHolds {}

    /// *Remove*, and also leaves all groups and deletes the policies that nobody else is assigned to.
    record Expel(@Nullable String reason, @Nullable String note) implements OnHolds {}

    record Restore(@Nullable String reason, @Nullable String note) implements OnHolds {}

    /// For good: every later command but *erase* is refused.
    record Bar(@Nullable String reason, @Nullable String note) implements OnHolds {}

    /// Takes back a bar made in error; root only.
    record AnnulBar(String reason) implements OnHolds {}

    /// Empties every personal field and destroys the key that opens what the journal holds of the person.
    record Erase(@Nullable String reason, @Nullable String note) implements OnUser {}

    record ChangeRank(Rank rank) implements OnUser {}

    record Promote(@Nullable String reason, @Nullable String note) implements OnUser {
        /// Without a reason.
        public Promote() {
            this(null, null);
        }
    }

    record ConfirmEmail(@Nullable String reason, @Nullable String note) implements OnUser {
        /// Without a reason.
        public ConfirmEmail() {
            this(null, null);
        }
    }

    /// Asks that the user be invited by e-mail: changes nothing, and is journalled for whoever sends the mail.
    record RequestInvitation() implements OnUser {}

    /// Replaces the list. Unless `allowDuplicates`, no number that is new to the user is another's.
    record ReplaceCards(List<Card> cards, boolean allowDuplicates) implements OnUser {}

    record ReplaceWorkstations(List<String> workstations) implements OnUser {}

    /// Allows an enrolled user to enrol again, or withdraws that.
    record AllowReenrolment(boolean allowed) implements OnUser {}

    /// Journals the holds that are over. Only Muster itself may.
    record EndHolds() implements OnUser {}

    /// A command on keys and operators.
    sealed interface OnCredentials extends Command {}

    /// Makes an API key. `role` or `scopes` says what it may do; `rank` is the role's where it is not given.
    ///
    /// @param signs whether requests may be signed with its secret
    /// @param addresses from which it may be used; null for those of the key that makes it, or any
    /// @param lastFour the last four characters of its bearer text; null where they are not kept
    record CreateKey(
            UUID id,
            String name,
            @Nullable Role role,
            Set<Scope> scopes,
            Rank rank,
            boolean signs,
            @Nullable Instant expiresAt,
            @Nullable AllowedAddresses addresses,
            Digest textHash,
            @Nullable String lastFour,
            String secret)
            implements OnCredentials {
        /// A key that may be used from everywhere its maker may be.
        public CreateKey(
                UUID id,
                String name,
                @Nullable Role role,
                Set<Scope> scopes,
                Rank rank,
                boolean signs,
                @Nullable Instant expiresAt,
                Digest textHash,
                String secret) {
            this(id, name, role, scopes, rank, signs, expiresAt, null, textHash, null, secret);
        }
    }

    /// Makes an API key in the place of another, with its name, rights, and addresses, and ends the other.
    ///
    /// @param old the key that is replaced
    /// @param id that of the new key
    /// @param overlap how long both can be used; zero to revoke the old one at once. An old key that expires
    ///     earlier still does
    /// @param expiresAt when the new key expires; null for after as long as the old one was made for
    record RotateKey(
            UUID old,
            UUID id,
            Duration overlap,
            @Nullable Instant expiresAt,
            Digest textHash,
            @Nullable String lastFour,
            String secret)
            implements OnCredentials {}

    /// Ends an API key.
    ///
    /// @param descendants whether all keys and operators that it made end too, and all that those made
    record RevokeKey(UUID id, boolean descendants) implements OnCredentials {}

    /// Brings the end of an API key forward, so that what uses it has time to change to another.
    ///
    /// @param at from when on it opens nothing
    record ExpireKey(UUID id, Instant at) implements OnCredentials {}

    record CreateOperator(Identifier username, Role role, String passwordHash) implements OnCredentials {}

    record DisableOperator(Identifier.Key username) implements OnCredentials {}

    record EnableOperator(Identifier.Key username) implements OnCredentials {}

    /// Voids all sessions and tokens of an operator. Operators may do it for themselves, whatever their scopes.
    record SignOutOperator(Identifier.Key username) implements OnCredentials {}

    /// Gives an operator another role; tokens and sessions go on, with the rights of the new one.
    record ChangeOperatorRole(Identifier.Key username, Role role) implements OnCredentials {}

    /// Deletes an operator, voiding sessions and tokens; the name is free again.
    record DeleteOperator(Identifier.Key username) implements OnCredentials {}

    record ChangePassword(Identifier.Key username, String passwordHash) implements OnCredentials {}

    /// A command on groups.
    sealed interface OnGroups extends Command {}

    record CreateGroup(String name, @Nullable String description) implements OnGroups {}

    record UpdateGroup(
            UUID group,
            @Nullable Edit<String> name,
            @Nullable Edit<@Nullable String> description) implements OnGroups {}

    /// Ends its memberships too; refused while a policy is assigned to it.
    record DeleteGroup(UUID group) implements OnGroups {}

    record AddMember(UUID group, UserRef user) implements OnGroups {}

    record RemoveMember(UUID group, UserRef user) implements OnGroups {}

    /// A command on policies.
    sealed interface OnPolicies extends Command {}

    record CreatePolicy(String name, @Nullable String description, List<String> resources) implements OnPolicies {}

    record UpdatePolicy(
            UUID policy,
            @Nullable Edit<String> name,
            @Nullable Edit<@Nullable String> description,
            @Nullable Edit<List<String>> resources)
            implements OnPolicies {}

    /// Ends its assignments too.
    record DeletePolicy(UUID policy) implements OnPolicies {}

    record AssignUser(UUID policy, UserRef user) implements OnPolicies {}

    record UnassignUser(UUID policy, UserRef user) implements OnPolicies {}

    record AssignGroup(UUID policy, UUID group) implements OnPolicies {}

    record UnassignGroup(UUID policy, UUID group) implements OnPolicies {}

    /// A command on jobs.
    sealed interface OnJobs extends Command {}

    /// Judges a submission and keeps its job id for it, for [JobRules#RESERVED_FOR].
    ///
    /// @param token the keyed hash of what must be shown to submit it
    record ReserveJob(JobRequest job, Digest token) implements OnJobs {}

    /// Submits a job.
    ///
    /// @param token that of the reservation that it makes use of; null without one
    /// @param evidence what was uploaded for it, durable already; null for nothing
    record SubmitJob(
            JobRequest job,
            @Nullable Digest token,
            @Nullable Evidence evidence) implements OnJobs {}

    /// Notes that what was uploaded for a reserved job could not be used. The reservation stays open, and a
    /// new one of the same job id, user and type replaces it without asking for a retry. Nothing changes
    /// for a job that was submitted before. Refuses: NotFound and JobExists, where the token does not
    /// belong to an open reservation.
    ///
    /// @param token that of the reservation
    record FreeJobId(String jobId, Digest token) implements OnJobs {}

    record GiveVerdict(String jobId, Verdict verdict) implements OnJobs {}

    /// Closes the review of a job that failed under a fraud hold.
    record ReviewJob(String jobId, @Nullable String note) implements OnJobs {}

    /// Empties a job, and destroys the key that opens what the journal holds of it.
    record EraseJob(String jobId) implements OnJobs {}

    /// Changes nothing: all that is kept is the signature that the request came with.
    record NoteSignature() implements Command {}

    /// Makes a tenant with its two realms and an admin key in each; root only.
    ///
    /// @param testRealm the number that the caller drew for the test realm; its key's text has it inside
    record CreateTenant(
            String partnerId,
            String name,
            long testRealm,
            CreateKey testKey,
            long productionRealm,
            CreateKey productionKey)
            implements Command {}

    /// Replaces all of the realm's quotas; root only.
    record SetQuotas(Quotas quotas) implements Command {}

    /// Replaces what needs a second operator in the realm. Once something does, this needs one itself.
    record SetApprovalRules(ApprovalRules rules) implements Command {}

    /// A command on a request for approval.
    sealed interface OnApprovals extends Command {
        /// The request as it was read before. What it asks for never changes, and its state is looked at again.
        Approval approval();
    }

    /// Carries out what somebody else asked for.
    ///
    /// @param versions the versions that the user may have; null for the one they had when it was asked for
    record Approve(Approval approval, @Nullable Set<Long> versions) implements OnApprovals {}

    /// Refuses what somebody else asked for, or withdraws the actor's own request.
    record Decline(Approval approval, @Nullable String reason, @Nullable String note) implements OnApprovals {}

    /// Notes that nobody decided on a request in time. Only Muster itself may.
    record LapseApproval(Approval approval) implements OnApprovals {}

    /// What an actor needs for it; null where only root may.
    default @Nullable Scope scope() {
        return Needs.of(this).scope();
    }

    /// Whether it takes somebody out of service, puts them back, or ends a credential: what must get through
    /// also while there is no room for anything else, since harm is done by whoever is let in meanwhile.
    default boolean isUrgent() {
        return Needs.of(this).urgent();
    }
}
