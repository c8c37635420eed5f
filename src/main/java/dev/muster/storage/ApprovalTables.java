package dev.muster.storage;

import dev.muster.model.Approval;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Creator;
import dev.muster.model.state.LoadPlan;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads and writes requests for approval, and the approval rules.
public final class ApprovalTables {
    private final Session session;

    ApprovalTables(Session session) {
        this.session = session;
    }

    /// A request for approval. The commands of `approval` are null, because they are stored in `sealed`.
    ///
    /// @param mac the MAC over the whole row; null if the row is invalid
    public record ApprovalRow(long realm, Approval approval, byte[] sealed, byte @Nullable [] mac)
            implements MacRow<ApprovalRow> {
        @Override
        public ApprovalRow withMac(byte[] newMac) {
            return new ApprovalRow(realm, approval, sealed, newMac);
        }

        private void write(Parameters to) throws SQLException {
            Creator by = approval.requestedBy();
            ActorRef decidedBy = approval.decidedBy();
            to.code(approval.kind()).uuid(approval.user()).number(approval.version());
            to.code(by.by().kind()).uuid(by.by().id()).uuid(by.through());
            to.instant(approval.requestedAt()).instant(approval.lapsesAt()).bytes(sealed);
            to.code(approval.state()).code(decidedBy == null ? null : decidedBy.kind());
            to.uuid(decidedBy == null ? null : decidedBy.id()).instant(approval.decidedAt());
            to.bytes(mac).number(realm).uuid(approval.id());
        }

        static ApprovalRow read(Row row) throws SQLException {
            long realm = row.number();
            UUID id = row.uuid();
            Approval.Kind kind = row.coded(Approval.Kind.CODES);
            UUID user = row.uuidOrNull();
            long version = row.number();
            ActorRef by = new ActorRef(row.coded(ActorRef.Kind.CODES), row.uuid());
            Creator requestedBy = new Creator(by, row.uuidOrNull());
            Instant requestedAt = row.instant();
            Instant lapsesAt = row.instant();
            byte[] sealed = row.bytes();
            Approval.State state = row.coded(Approval.State.CODES);
            ActorRef.Kind decider = row.codedOrNull(ActorRef.Kind.CODES);
            UUID decidedBy = row.uuidOrNull();
            Instant decidedAt = row.instantOrNull();
            byte[] mac = row.bytesOrNull();
            Approval approval = new Approval(
                    id,
                    kind,
                    user,
                    version,
                    null,
                    requestedBy,
                    requestedAt,
                    lapsesAt,
                    state,
                    decider == null || decidedBy == null ? null : new ActorRef(decider, decidedBy),
                    decidedAt);
            return new ApprovalRow(realm, approval, sealed, row.isAltered() ? null : mac);
        }
    }

    /// A realm's approval rules.
    ///
    /// @param mac the MAC over the whole row; null if the row is invalid
    public record RulesRow(long realm, ApprovalRules rules, byte @Nullable [] mac) implements MacRow<RulesRow> {
        @Override
        public RulesRow withMac(byte[] newMac) {
            return new RulesRow(realm, rules, newMac);
        }

        private void write(Parameters to) throws SQLException {
            Integer threshold = rules.bulkThreshold();
            to.number(realm).small(bits(rules.actions()));
            to.number(threshold == null ? null : Long.valueOf(threshold)).bytes(mac);
        }

        static RulesRow read(Row row) throws SQLException {
            long realm = row.number();
            int bits = row.small();
            Set<ApprovalRules.Action> actions = EnumSet.allOf(ApprovalRules.Action.class);
            actions.removeIf(action -> (bits & 1 << action.code()) == 0);
            Long threshold = row.numberOrNull();
            byte[] mac = row.bytesOrNull();
            boolean fits = threshold == null || (threshold >= 0 && threshold <= ApprovalRules.MAX_THRESHOLD);
            return new RulesRow(
                    realm,
                    new ApprovalRules(actions, threshold == null || !fits ? null : threshold.intValue()),
                    row.isAltered() || !fits ? null : mac);
        }

        private static int bits(Set<ApprovalRules.Action> actions) {
            int bits = 0;
            for (ApprovalRules.Action action : actions) {
                bits |= 1 << action.code();
            }
            return bits;
        }
    }

    /// A request for approval; null if there is none.
    public @Nullable ApprovalRow approval(long realm, UUID id) {
        return session.one("approval_by_id", ApprovalRow::read, realm, id);
    }

    /// A realm's requests for approval, newest first.
    ///
    /// @param state the state of the requests to return; null for any state
    /// @param before an exclusive upper bound for the ids; null to start with the newest
    public List<ApprovalRow> approvals(long realm, Approval.@Nullable State state, @Nullable UUID before, int limit) {
        UUID below = before == null ? new UUID(-1, -1) : before;
        return state == null
                ? session.list("approvals_of_realm", ApprovalRow::read, realm, below, limit)
                : session.list("approvals_in_state", ApprovalRow::read, realm, state.code(), below, limit);
    }

    /// The pending requests about a user, newest first.
    public List<ApprovalRow> pendingAbout(long realm, UUID user, int limit) {
        return session.list("approvals_of_user", ApprovalRow::read, realm, user, limit);
    }

    /// The number of a realm's requests in the given state, or in any state if null; counting stops at `upTo`.
    public long count(long realm, Approval.@Nullable State state, int upTo) {
        int from = state == null ? 0 : state.code();
        int to = state == null ? Approval.State.LAPSED.code() : state.code();
        return session.count("count_approvals", realm, from, to, upTo);
    }

    /// A realm's approval rules; null if none have been set.
    public @Nullable RulesRow rules(long realm) {
        return session.one("approval_rules_of_realm", RulesRow::read, realm);
    }

    // Loading and saving for lanes

    void load(Map<Long, LoadPlan> plans, LoadedRows loaded) {
        loaded.approvals.addAll(session.list(
                "approvals_by_id", ApprovalRow::read, LoadedRows.wanted(plans, plan -> plan.approvals.ids)));
        loaded.approvalRules.addAll(session.list(
                "approval_rules_of_realms",
                RulesRow::read,
                plans.entrySet().stream()
                        .filter(plan -> plan.getValue().approvals.wantsRules())
                        .map(Map.Entry::getKey)
                        .toList()));
    }

    void save(Batch batch) {
        session.batch("approval_insert", batch.newApprovals, 1, ApprovalRow::write);
        session.batch("approval_update", batch.changedApprovals, 1, ApprovalRow::write);
        session.batch("approval_rules_put", batch.approvalRules, 1, RulesRow::write);
    }
}
