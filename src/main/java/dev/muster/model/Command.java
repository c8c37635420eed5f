package dev.muster.model;

import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Role;
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.user.Card;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Status;
import dev.muster.model.user.Tag;
import dev.muster.model.user.UserRef;
import dev.muster.model.value.AllowedAddresses;
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

/// The commands on a realm. A command contains only data; `model.rules` decides what it does. `Validator` has already
/// validated its values.
public sealed interface Command
        permits Command.Deferrable,
                Command.Register,
                Command.PutUser,
                Command.OnUser,
                Command.OnCredentials,
                Command.OnGroups,
                Command.OnPolicies,
                Command.NoteSignature,
                Command.CreateTenant,
                Command.SetQuotas,
                Command.SetApprovalRules,
                JobCommand,
                ApprovalCommand,
                JournalCommand,
                WebhookCommand {
    /// Creates a user. At least one of `email`, `externalId` and `username` is set.
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

    /// Creates a user with this external id, or replaces the fields of the user who already has it. Fields that are
    /// not given are cleared.
    ///
    /// @param fields the new values; the external id is required
    /// @param tag the requested tag; null to keep an existing user's tag
    /// @param when the precondition
    record PutUser(Register fields, @Nullable Tag tag, Precondition when) implements Command {
        public PutUser {
            if (fields.externalId() == null) {
                throw new IllegalArgumentException("needs an external id");
            }
        }

        /// The precondition of a [PutUser].
        public enum Precondition {
            ALWAYS,
            /// No user may have the external id yet.
            ABSENT,
            /// A user must already have the external id.
            PRESENT
        }
    }

    /// A command that can be stored until a second operator approves it: see [WaitingCommand].
    sealed interface Deferrable extends Command
            permits PlaceHold,
                    EnsureHold,
                    ReleaseHold,
                    LiftHold,
                    Bar,
                    AnnulBar,
                    Erase,
                    AllowReenrolment,
                    SetApprovalRules,
                    JobCommand.EraseJob {}

    /// A command on the target user of the request.
    sealed interface OnUser extends Command {}

    /// A command on the holds of the target user.
    sealed interface OnHolds extends OnUser {}

    /// Changes fields of the user. A field whose edit is null stays unchanged.
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

        /// Creates an update with the edits that `fill` sets in a draft.
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

        /// The edits of an update. Initially there are none.
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

        /// Whether this update is also allowed for removed users: true unless it changes `deviceAddedAt`.
        public boolean isOpenToRemoved() {
            return deviceAddedAt == null;
        }
    }

    /// Places a hold. If the user already has a hold of this kind and label, replaces its reason, note and end.
    record PlaceHold(
            HoldKind kind,
            String label,
            @Nullable String reason,
            @Nullable String note,
            @Nullable Instant until) implements OnHolds, Deferrable {
        public PlaceHold {
            kind.requirePlaceable();
        }
    }

    /// Places a `main` hold without an end, or removes the end of the existing one, as vendor dialects do.
    record EnsureHold(HoldKind kind) implements OnHolds, Deferrable {
        public EnsureHold {
            kind.requirePlaceable();
        }
    }

    /// Releases the hold of this kind and label.
    record ReleaseHold(
            HoldKind kind,
            String label,
            @Nullable String reason,
            @Nullable String note) implements OnHolds, Deferrable {
        public ReleaseHold {
            kind.requirePlaceable();
        }
    }

    /// Releases the `main` hold of this kind, as vendor dialects do. Refused while another hold of that kind
    /// remains.
    record LiftHold(HoldKind kind) implements OnHolds, Deferrable {
        public LiftHold {
            kind.requirePlaceable();
        }
    }

    /// Releases `suspended` if it is in effect, otherwise places it. Refused while another denying hold is in effect.
    record ToggleSuspension() implements OnHolds {}

    /// Releases the `deactivated`, `suspended` and `removed` holds together. Refused if a denying hold would remain.
    record Reinstate(@Nullable String reason, @Nullable String note) implements OnHolds {}

    /// Requires the user to have one of these statuses after the preceding commands. Otherwise the request is
    /// refused as still held.
    record ExpectStatus(Set<Status> statuses) implements OnHolds {}

    record Remove(@Nullable String reason, @Nullable String note) implements OnHolds {}

    /// Like `Remove`, but the user also leaves all groups; policies that are assigned to no one else are deleted.
    record Expel(@Nullable String reason, @Nullable String note) implements OnHolds {}

    record Restore(@Nullable String reason, @Nullable String note) implements OnHolds {}

    /// Bars the user permanently: every later command except *erase* is refused.
    record Bar(@Nullable String reason, @Nullable String note) implements OnHolds, Deferrable {}

    /// Annuls a bar that was placed in error. Only root may do this.
    record AnnulBar(String reason) implements OnHolds, Deferrable {}

    /// Clears every personal field and destroys the key of the person's journal entries.
    record Erase(@Nullable String reason, @Nullable String note) implements OnUser, Deferrable {}

    record ChangeRank(Rank rank) implements OnUser {}

    record Promote(@Nullable String reason, @Nullable String note) implements OnUser {
        /// Creates a promotion without a reason.
        public Promote() {
            this(null, null);
        }
    }

    record ConfirmEmail(@Nullable String reason, @Nullable String note) implements OnUser {
        /// Creates a confirmation without a reason.
        public ConfirmEmail() {
            this(null, null);
        }
    }

    /// Requests an invitation by e-mail. Changes nothing; the mail sender reads the request from the journal.
    record RequestInvitation() implements OnUser {}

    /// Replaces the user's cards. Unless `allowDuplicates` is set, card numbers that are new to the user must not
    /// belong to another user.
    record ReplaceCards(List<Card> cards, boolean allowDuplicates) implements OnUser {}

    record ReplaceWorkstations(List<String> workstations) implements OnUser {}

    /// Allows an enrolled user to enrol again, or withdraws the permission.
    record AllowReenrolment(boolean allowed) implements OnUser, Deferrable {}

    /// Journals the holds that have expired. Only Muster itself may send it.
    record EndHolds() implements OnUser {}

    /// A command on keys and operators.
    sealed interface OnCredentials extends Command
            permits CreateKey, RotateKey, RevokeKey, ExpireKey, OperatorCommand {}

    /// Creates an API key. Either `role` or `scopes` determines what it may do.
    ///
    /// @param signs whether requests may be signed with its secret
    /// @param addresses the addresses from which it may be used; null to use those of the key that creates it
    /// @param lastFour the last four characters of its bearer text; null if they are not kept
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
        /// Creates a command for a key that may be used from the same addresses as the key that creates it.
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

    /// Replaces an API key with a new one that has the same name, rights and addresses, and ends the old one.
    ///
    /// @param old the key to replace
    /// @param id the id of the new key
    /// @param overlap how long both keys are valid; zero revokes the old one immediately. It never extends the life
    ///     of the old key
    /// @param expiresAt when the new key expires; null to give it the same lifetime as the old one
    record RotateKey(
            UUID old,
            UUID id,
            Duration overlap,
            @Nullable Instant expiresAt,
            Digest textHash,
            @Nullable String lastFour,
            String secret)
            implements OnCredentials {}

    /// Revokes an API key.
    ///
    /// @param descendants whether to also revoke all keys and disable all operators and webhooks that it created,
    ///     directly or indirectly
    record RevokeKey(UUID id, boolean descendants) implements OnCredentials {}

    /// Brings the expiry of an API key forward, so that its users have time to switch to another.
    ///
    /// @param at the new expiry
    record ExpireKey(UUID id, Instant at) implements OnCredentials {}

    /// A command on groups.
    sealed interface OnGroups extends Command {}

    record CreateGroup(String name, @Nullable String description) implements OnGroups {}

    record UpdateGroup(
            UUID group,
            @Nullable Edit<String> name,
            @Nullable Edit<@Nullable String> description) implements OnGroups {}

    /// Deletes a group and its memberships. Refused while a policy is assigned to it.
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

    /// Deletes a policy and its assignments.
    record DeletePolicy(UUID policy) implements OnPolicies {}

    record AssignUser(UUID policy, UserRef user) implements OnPolicies {}

    record UnassignUser(UUID policy, UserRef user) implements OnPolicies {}

    record AssignGroup(UUID policy, UUID group) implements OnPolicies {}

    record UnassignGroup(UUID policy, UUID group) implements OnPolicies {}

    /// Records the request's signature. Changes nothing else.
    record NoteSignature() implements Command {}

    /// Creates a tenant with its two realms and an admin key in each. Only root may do this.
    ///
    /// @param testRealm the number that the caller chose for the test realm; it is part of the key's text
    record CreateTenant(
            String partnerId,
            String name,
            long testRealm,
            CreateKey testKey,
            long productionRealm,
            CreateKey productionKey)
            implements Command {}

    /// Replaces all of the realm's quotas. Only root may do this.
    record SetQuotas(Quotas quotas) implements Command {}

    /// Replaces the realm's approval rules. If the current rules require approval for anything, this command
    /// requires it too.
    record SetApprovalRules(ApprovalRules rules) implements Command, Deferrable {}

    /// The scope that the actor must have. Null if no scope allows the command: then only root, Muster itself or
    /// the operator concerned may send it, which the decider checks.
    default @Nullable Scope scope() {
        return Requirements.of(this).scope();
    }

    /// Whether an operator must have proved their identity within the last [Actor#PROOF_LIFETIME].
    default boolean needsRecentProof() {
        return Requirements.of(this).recentProof();
    }

    /// Whether the command takes a user out of service, returns a user to service, or ends a credential. Such
    /// commands must succeed even if disk space is low, because delaying them could do harm.
    default boolean isUrgent() {
        return Requirements.of(this).urgent();
    }
}
