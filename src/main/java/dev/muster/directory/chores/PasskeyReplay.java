package dev.muster.directory.chores;

import dev.muster.directory.journal.EntryFormat;
import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Event;
import dev.muster.model.credential.CredentialFields;
import dev.muster.model.credential.Passkey;
import dev.muster.model.value.Timestamps;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.SealingKey;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.PasskeyTables.PasskeyRow;
import dev.muster.storage.Reads;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/// Compares the rows of passkeys with the journal, where the entries about their operators record them. Not
/// thread-safe.
///
/// A passkey's counter and last use are not in the journal; only the MAC protects them.
final class PasskeyReplay {
    private static final int PAGE = 500;

    private final RealmKeys.Entry realm;
    private final EntrySealer sealer = new EntrySealer();

    PasskeyReplay(RealmKeys.Entry realm) {
        this.realm = realm;
    }

    /// Returns how the rows of an operator's passkeys differ from the journal. An entry that cannot be opened is
    /// also a difference; the rows are then compared with the other entries.
    List<Difference> differences(Reads reads, OperatorRow operator) {
        UUID id = operator.operator().id();
        List<Difference> all = new ArrayList<>();
        Map<String, Map<String, Object>> journal = journal(reads, operator, all);
        for (PasskeyRow row : reads.passkeys().of(realm.realm().id(), id)) {
            Passkey passkey = row.passkey();
            String subject = "passkey:" + passkey.id();
            Map<String, Object> says = journal.remove(passkey.id().toString());
            if (says == null) {
                all.add(new Difference(subject, Difference.ROW, null, "present"));
            } else {
                compare(subject, says, fields(passkey), all);
            }
            if (!realm.macs().hasValidMac(row)) {
                all.add(new Difference(subject, "mac", "written by the server", "not written by the server"));
            }
        }
        journal.keySet()
                .forEach(missing -> all.add(new Difference("passkey:" + missing, Difference.ROW, "added", null)));
        return all;
    }

    /// Returns a difference for each passkey row whose operator does not exist.
    List<Difference> ofNobody(Reads reads) {
        long number = realm.realm().id();
        Set<UUID> operators = new HashSet<>();
        reads.credentials()
                .operatorsWithDeleted(number)
                .forEach(row -> operators.add(row.operator().id()));
        return reads.passkeys().ofRealm(number).stream()
                .filter(row -> !operators.contains(row.passkey().operator()))
                .map(row -> new Difference("passkey:" + row.passkey().id(), Difference.ROW, null, "present"))
                .toList();
    }

    private static Map<String, Object> fields(Passkey passkey) {
        Map<String, Object> fields = new HashMap<>();
        CredentialFields.added(passkey).applyTo(fields);
        fields.put("createdAt", Timestamps.text(passkey.createdAt()));
        return fields;
    }

    private static void compare(
            String subject, Map<String, Object> journal, Map<String, Object> stored, List<Difference> all) {
        for (String name : List.of("passkeyName", "publicKeyHash", "createdAt")) {
            if (!Objects.equals(journal.get(name), stored.get(name))) {
                boolean personal = name.equals("passkeyName");
                all.add(new Difference(
                        subject,
                        name,
                        personal ? Difference.WITHHELD : String.valueOf(journal.get(name)),
                        personal ? Difference.WITHHELD : String.valueOf(stored.get(name))));
            }
        }
    }

    /// The passkeys that the operator has according to the journal, by id.
    ///
    /// @param all receives a difference for each entry that cannot be opened
    private Map<String, Map<String, Object>> journal(Reads reads, OperatorRow operator, List<Difference> all) {
        Map<String, Map<String, Object>> found = new HashMap<>();
        if (operator.seed().length != RealmKey.SEED_BYTES) {
            return found;
        }
        SealingKey key = realm.key().person(operator.seed());
        UUID id = operator.operator().id();
        long after = 0;
        List<JournalRow> page;
        do {
            page = reads.journal().entriesAfter(realm.realm().id(), id, after, PAGE);
            for (JournalRow row : page) {
                after = row.seq();
                try {
                    apply(sealer.format().read(row.entry()), key, found);
                } catch (TamperedException | IllegalArgumentException e) {
                    all.add(new Difference("operator:" + id, "passkeys", "entry " + after + ", altered", null));
                }
            }
        } while (page.size() == PAGE);
        return found;
    }

    /// Applies an entry that adds or removes a passkey. Ignores other entries.
    private void apply(EntryFormat.Plain plain, SealingKey key, Map<String, Map<String, Object>> found)
            throws TamperedException {
        boolean added = plain.action().equals(Event.Action.OPERATOR_PASSKEY_ADDED.wireName());
        if (!added && !plain.action().equals(Event.Action.OPERATOR_PASSKEY_REMOVED.wireName())) {
            return;
        }
        Map<String, Object> before = new HashMap<>();
        Map<String, Object> fields = new HashMap<>();
        sealer.open(plain, key).changes().byField().forEach((name, change) -> {
            before.put(name, change.before());
            fields.put(name, change.after());
        });
        fields.put("createdAt", Timestamps.text(plain.at()));
        if (added) {
            found.put(String.valueOf(fields.get("passkey")), fields);
        } else {
            found.remove(String.valueOf(before.get("passkey")));
        }
    }
}
