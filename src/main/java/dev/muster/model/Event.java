package dev.muster.model;

import dev.muster.model.credential.ActorRef;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import java.time.Instant;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Something that happened in a realm. It becomes a journal entry once it has a position in the realm's journal.
///
/// @param at the time of the request; for an expired hold, the time at which it ended
/// @param approvedBy the second operator, who approved the actor's request; null if no approval was needed
public record Event(
        Instant at,
        ActorRef actor,
        Action action,
        Subject subject,
        @Nullable String reason,
        @Nullable String note,
        Changes changes,
        @Nullable ActorRef approvedBy) {

    /// The type of the published event that follows an entry which changed a user's decision or status.
    public static final String STANDING_CHANGED = "user.standing.changed";

    /// The types of published events, sorted: all actions, and [#STANDING_CHANGED].
    public static SortedSet<String> types() {
        return Stream.concat(Stream.of(Action.values()).map(Action::wireName), Stream.of(STANDING_CHANGED))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// The subject of an event.
    public record Subject(Type type, UUID id) {
        /// The realm itself, as the subject of an entry in its own journal.
        public static final Subject THE_REALM = new Subject(Type.REALM, new UUID(0, 0));

        /// The type of subject.
        public enum Type implements Coded {
            USER(0, "user"),
            KEY(1, "key"),
            OPERATOR(2, "operator"),
            TENANT(3, "tenant"),
            REALM(4, "realm"),
            JOB(5, "job"),
            GROUP(6, "group"),
            POLICY(7, "policy"),
            /// An identity provider of a tenant.
            SSO(8, "sso"),
            /// A request for approval.
            APPROVAL(10, "approval"),
            WEBHOOK(11, "webhook");

            public static final Codes<Type> CODES = new Codes<>(values());

            private final int code;
            private final String word;

            Type(int code, String word) {
                this.code = code;
                this.word = word;
            }

            @Override
            public int code() {
                return code;
            }

            /// The name on the wire.
            public String wireName() {
                return word;
            }
        }
    }

    /// What happened. The name on the wire is dotted and in the past tense.
    public enum Action {
        USER_REGISTERED("user.registered"),
        USER_INVITATION_REQUESTED("user.invitation.requested"),
        USER_UPDATED("user.updated"),
        USER_EMAIL_CONFIRMED("user.email.confirmed"),
        USER_HOLD_PLACED("user.hold.placed"),
        USER_HOLD_CHANGED("user.hold.changed"),
        USER_HOLD_RELEASED("user.hold.released"),
        USER_HOLD_ENDED("user.hold.ended"),
        USER_REINSTATED("user.reinstated"),
        USER_REMOVED("user.removed"),
        USER_EXPELLED("user.expelled"),
        USER_RESTORED("user.restored"),
        USER_BARRED("user.barred"),
        USER_BAR_ANNULLED("user.bar.annulled"),
        USER_ERASED("user.erased"),
        USER_RANK_CHANGED("user.rank.changed"),
        USER_PROMOTED("user.promoted"),
        USER_CARDS_REPLACED("user.cards.replaced"),
        USER_WORKSTATIONS_REPLACED("user.workstations.replaced"),
        USER_REENROLMENT_ALLOWED("user.reenrolment.allowed"),
        USER_REENROLMENT_WITHDRAWN("user.reenrolment.withdrawn"),
        USER_ENROLLED("user.enrolled"),
        JOB_RESERVED("job.reserved"),
        JOB_SUBMITTED("job.submitted"),
        JOB_RESUBMITTED("job.resubmitted"),
        JOB_COMPLETED("job.completed"),
        JOB_REVIEWED("job.reviewed"),
        JOB_ERASED("job.erased"),
        JOB_EVIDENCE_READ("job.evidence.read"),
        GROUP_CREATED("group.created"),
        GROUP_UPDATED("group.updated"),
        GROUP_DELETED("group.deleted"),
        GROUP_MEMBER_ADDED("group.member.added"),
        GROUP_MEMBER_REMOVED("group.member.removed"),
        POLICY_CREATED("policy.created"),
        POLICY_UPDATED("policy.updated"),
        POLICY_DELETED("policy.deleted"),
        POLICY_USER_ASSIGNED("policy.user.assigned"),
        POLICY_USER_UNASSIGNED("policy.user.unassigned"),
        POLICY_GROUP_ASSIGNED("policy.group.assigned"),
        POLICY_GROUP_UNASSIGNED("policy.group.unassigned"),
        KEY_CREATED("key.created"),
        KEY_EXPIRY_CHANGED("key.expiry.changed"),
        KEY_REVOKED("key.revoked"),
        OPERATOR_CREATED("operator.created"),
        OPERATOR_SIGNED_IN("operator.signed_in"),
        OPERATOR_SESSION_ENDED("operator.session.ended"),
        OPERATOR_INVITED("operator.invited"),
        OPERATOR_INVITATION_ACCEPTED("operator.invitation.accepted"),
        OPERATOR_PASSKEY_ADDED("operator.passkey.added"),
        OPERATOR_PASSKEY_REMOVED("operator.passkey.removed"),
        OPERATOR_DISABLED("operator.disabled"),
        OPERATOR_ENABLED("operator.enabled"),
        OPERATOR_PASSWORD_CHANGED("operator.password.changed"),
        OPERATOR_SIGNED_OUT("operator.signed_out"),
        OPERATOR_ROLE_CHANGED("operator.role.changed"),
        OPERATOR_DELETED("operator.deleted"),
        TENANT_CREATED("tenant.created"),
        REALM_QUOTAS_CHANGED("realm.quotas.changed"),
        JOURNAL_EXPORTED("journal.exported"),
        JOURNAL_REWOUND("journal.rewound"),
        SSO_CHANGED("sso.changed"),
        SSO_REMOVED("sso.removed"),
        REALM_APPROVAL_RULES_CHANGED("realm.approval_rules.changed"),
        REALM_PASSKEY_POLICY_CHANGED("realm.passkey_policy.changed"),
        APPROVAL_REQUESTED("approval.requested"),
        APPROVAL_APPROVED("approval.approved"),
        APPROVAL_DECLINED("approval.declined"),
        APPROVAL_LAPSED("approval.lapsed"),
        WEBHOOK_CREATED("webhook.created"),
        WEBHOOK_UPDATED("webhook.updated"),
        WEBHOOK_PAUSED("webhook.paused"),
        WEBHOOK_RESUMED("webhook.resumed"),
        WEBHOOK_SECRET_ROTATED("webhook.secret_rotated"),
        WEBHOOK_DISABLED("webhook.disabled"),
        WEBHOOK_DELETED("webhook.deleted");

        private final String word;

        Action(String word) {
            this.word = word;
        }

        public String wireName() {
            return word;
        }
    }
}
