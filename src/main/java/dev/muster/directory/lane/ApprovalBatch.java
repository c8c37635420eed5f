package dev.muster.directory.lane;

import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.Unreadable;
import dev.muster.model.Approval;
import dev.muster.model.Command;
import dev.muster.model.state.ApprovalState;
import dev.muster.model.state.WorkingSet;
import dev.muster.model.tenant.ApprovalRules;
import dev.muster.sealing.ReplayableRandom;
import dev.muster.sealing.SealingKey;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.ApprovalTables.ApprovalRow;
import dev.muster.storage.ApprovalTables.RulesRow;
import dev.muster.storage.Batch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One realm's requests for approval and its approval rules in one transaction. The commands of a request are sealed
/// with the key of the user that it is about, or with the realm's own key.
///
/// What the current request adds is kept separate until [#merge].
final class ApprovalBatch {
    private final RealmKeys.Entry realm;
    private final EntrySealer sealer;
    private final ApprovalState state;
    private final PeopleBatch people;
    private final Map<UUID, byte[]> sealed = new HashMap<>();

    // Added by the current request:
    private final Map<UUID, byte[]> fresh = new HashMap<>();

    ApprovalBatch(RealmKeys.Entry realm, EntrySealer sealer, ApprovalState state, PeopleBatch people) {
        this.realm = realm;
        this.sealer = sealer;
        this.state = state;
        this.people = people;
    }

    /// Loads a request for approval, unless its row was altered. Call this after all users have been loaded.
    void loaded(ApprovalRow row) {
        if (realm.macs().isAuthentic(row)) {
            sealed.put(row.approval().id(), row.sealed());
            state.loaded(row.approval().asking(commands(row)));
        }
    }

    private @Nullable List<Command.Deferrable> commands(ApprovalRow row) {
        SealingKey key = key(row.approval());
        try {
            return key == null
                    ? null
                    : sealer.openCommands(realm.key(), row.approval().id(), key, row.sealed());
        } catch (TamperedException e) {
            Unreadable.report(realm.realm().id(), "approval", row.approval().id(), e);
            return null;
        }
    }

    void loaded(RulesRow row) {
        state.loaded(realm.macs().approvalRules(row));
    }

    /// The key that seals a request's commands; null if its user has been erased.
    private @Nullable SealingKey key(Approval approval) {
        return approval.user() == null ? realm.key().own() : people.key(approval.user());
    }

    /// Discards whatever an earlier request added but did not merge.
    void begin() {
        fresh.clear();
    }

    /// Seals the commands of a new request.
    void keep(Approval approval, ReplayableRandom random) {
        SealingKey key = Objects.requireNonNull(key(approval), "no commands can be kept about an erased user");
        List<Command.Deferrable> commands = Objects.requireNonNull(approval.commands());
        fresh.put(approval.id(), sealer.sealCommands(realm.key(), approval.id(), key, commands, random));
    }

    void merge() {
        sealed.putAll(fresh);
    }

    void collect(Batch batch) {
        long id = realm.realm().id();
        for (WorkingSet.Changed<Approval> changed : state.changed()) {
            byte[] bytes = Objects.requireNonNull(sealed.get(changed.after().id()));
            (changed.before() == null ? batch.newApprovals : batch.changedApprovals)
                    .add(realm.macs().sealed(new ApprovalRow(id, changed.after(), bytes, null)));
        }
        ApprovalRules rules = state.changedRules();
        if (rules != null) {
            batch.approvalRules.add(realm.macs().sealed(new RulesRow(id, rules, null)));
        }
    }
}
