package dev.muster.directory.chores;

import dev.muster.directory.journal.EntryFormat;
import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Event;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.CredentialFields;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.SsoProvider;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Timestamps;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.SealingKey;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.Reads;
import dev.muster.storage.SsoRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Compares rows of keys, operators and identity providers with the journal. Not thread-safe.
///
/// Not in the journal, and protected only by the MAC, are a key's text hash and secret, an operator's password hash and
/// seed, and an identity provider's secret and creation time.
final class CredentialReplay {
    private static final int PAGE = 500;

    /// The fields that contain personal data.
    private static final Set<String> PERSONAL = Set.of("username", "ssoSubject");

    /// Actions whose entries are about a session or passkey. Their fields are not fields of the operator.
    private static final Set<String> OTHER_SUBJECT_ACTIONS = Set.of(
            Event.Action.OPERATOR_SIGNED_IN.wireName(),
            Event.Action.OPERATOR_SESSION_ENDED.wireName(),
            Event.Action.OPERATOR_PASSKEY_ADDED.wireName(),
            Event.Action.OPERATOR_PASSKEY_REMOVED.wireName());

    private final RealmKeys.Entry realm;
    private final EntrySealer sealer = new EntrySealer();

    CredentialReplay(RealmKeys.Entry realm) {
        this.realm = realm;
    }

    /// Returns how a key's row differs from its journal entries. The row must come from the same snapshot as
    /// `reads`.
    List<Difference> differences(Reads reads, KeyRow row) {
        ApiKey key = row.key();
        History history = history(reads, key.id(), realm.key().own(), Event.Action.KEY_CREATED);
        Map<String, Object> stored = new HashMap<>();
        CredentialFields.created(key).applyTo(stored);
        putInstant(stored, "createdAt", key.createdAt());
        putInstant(stored, "revokedAt", key.revokedAt());
        // The row contains only the time of revocation, which is the time of the entry.
        history.fields.remove("revoked");
        putInstant(history.fields, "revokedAt", history.at(Event.Action.KEY_REVOKED));
        return compare("key:" + key.id(), history, stored);
    }

    /// Like [#differences(Reads, KeyRow)], but for an operator.
    List<Difference> differences(Reads reads, OperatorRow row) {
        Operator operator = row.operator();
        History history = history(reads, operator.id(), person(row.seed()), Event.Action.OPERATOR_CREATED);
        Map<String, Object> stored = new HashMap<>();
        CredentialFields.changed(null, operator).applyTo(stored);
        stored.put("generation", operator.generation());
        putInstant(stored, "createdAt", operator.createdAt());
        putInstant(stored, "disabledAt", operator.disabledAt());
        putInstant(stored, "deletedAt", operator.deletedAt());
        history.fields.putIfAbsent("generation", 1L);
        putInstant(history.fields, "disabledAt", history.since("disabled"));
        putInstant(history.fields, "deletedAt", history.since("deleted"));
        return compare("operator:" + operator.id(), history, stored);
    }

    /// Like [#differences(Reads, KeyRow)], but for an identity provider.
    List<Difference> differences(Reads reads, SsoRow row) {
        SsoProvider provider = row.provider();
        History history = history(reads, provider.id(), realm.key().own(), Event.Action.SSO_CHANGED);
        Map<String, Object> says = new HashMap<>(provider.settings().byField());
        history.fields.remove(CredentialFields.CLIENT_SECRET);
        // In the history, `createdAt` is the time of the last change, which the row does not contain.
        history.fields.remove("createdAt");
        return compare("sso:" + provider.id(), history, says);
    }

    /// Whether an identity provider was removed according to the journal.
    boolean isRemoved(Reads reads, UUID provider) {
        return history(reads, provider, realm.key().own(), Event.Action.SSO_CHANGED)
                .last
                .containsKey(Event.Action.SSO_REMOVED.wireName());
    }

    /// The key of an operator; null if the seed has the wrong length.
    private @Nullable SealingKey person(byte[] seed) {
        return seed.length == RealmKey.SEED_BYTES ? realm.key().person(seed) : null;
    }

    /// A row as it should be according to the journal.
    ///
    /// @param last when each action last occurred
    /// @param changed when each field was last changed
    /// @param readable whether the key in the row opens all entries
    private record History(
            boolean created,
            Map<String, Object> fields,
            Map<String, Instant> last,
            Map<String, Instant> changed,
            boolean readable) {
        @Nullable
        Instant at(Event.Action action) {
            return last.get(action.wireName());
        }

        /// Returns when a flag became true; null if it is false. Removes the flag from `fields`, because a row
        /// contains only the time.
        @Nullable
        Instant since(String flag) {
            return Boolean.TRUE.equals(fields.remove(flag)) ? changed.get(flag) : null;
        }
    }

    private History history(Reads reads, UUID subject, @Nullable SealingKey key, Event.Action creation) {
        Map<String, Object> fields = new HashMap<>();
        Map<String, Instant> last = new HashMap<>();
        Map<String, Instant> changed = new HashMap<>();
        boolean readable = key != null;
        long after = 0;
        List<JournalRow> page;
        do {
            page = reads.journal().entriesAfter(realm.realm().id(), subject, after, PAGE);
            for (JournalRow row : page) {
                try {
                    EntryFormat.Plain plain = sealer.format().read(row.entry());
                    last.put(plain.action(), plain.at());
                    if (key != null && !OTHER_SUBJECT_ACTIONS.contains(plain.action())) {
                        Changes changes = sealer.open(plain, key).changes();
                        changes.applyTo(fields);
                        changes.byField().keySet().forEach(field -> changed.put(field, plain.at()));
                    }
                } catch (TamperedException | IllegalArgumentException e) {
                    readable = false;
                }
                after = row.seq();
            }
        } while (page.size() == PAGE);
        putInstant(fields, "createdAt", last.get(creation.wireName()));
        return new History(last.containsKey(creation.wireName()), fields, last, changed, readable);
    }

    private static List<Difference> compare(String subject, History history, Map<String, Object> stored) {
        if (!history.created) {
            return List.of(new Difference(subject, Difference.ROW, null, "present"));
        }
        if (!history.readable) {
            return List.of(
                    new Difference(subject, "seed", "the one that sealed the entries", "one that does not open them"));
        }
        Set<String> names = new TreeSet<>(history.fields.keySet());
        names.addAll(stored.keySet());
        List<Difference> all = new ArrayList<>();
        for (String name : names) {
            String journal = text(history.fields.get(name));
            String row = text(stored.get(name));
            if (!Objects.equals(journal, row)) {
                boolean personal = PERSONAL.contains(name);
                all.add(new Difference(
                        subject,
                        name,
                        personal && journal != null ? Difference.WITHHELD : journal,
                        personal && row != null ? Difference.WITHHELD : row));
            }
        }
        return all;
    }

    /// Converts a value to a string for comparison, because numbers read from the journal may have a different
    /// class.
    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static void putInstant(Map<String, Object> fields, String name, @Nullable Instant at) {
        if (at != null) {
            fields.put(name, Timestamps.text(at));
        }
    }
}
