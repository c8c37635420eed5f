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
import dev.muster.storage.CredentialTables.SsoRow;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.Reads;
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

/// Compares rows of keys and operators with what the journal says of them. For one thread.
///
/// Not in the journal, and so for the MAC alone to tell: a key's text hash and secret, an operator's
/// password hash and seed, the secret of an identity provider and when it was set first.
final class CredentialReplay {
    private static final int PAGE = 500;

    /// Fields whose values tell of a person.
    private static final Set<String> PERSONAL = Set.of("username", "ssoSubject");

    private final RealmKeys.Entry realm;
    private final EntrySealer sealer = new EntrySealer();

    CredentialReplay(RealmKeys.Entry realm) {
        this.realm = realm;
    }

    /// Where a key's row is not what its entries say. The row must be of the same snapshot as `reads`.
    List<Difference> differences(Reads reads, KeyRow row) {
        ApiKey key = row.key();
        Told told = told(reads, key.id(), realm.key().own(), Event.Action.KEY_CREATED);
        Map<String, Object> says = new HashMap<>();
        CredentialFields.created(key).applyTo(says);
        putInstant(says, "createdAt", key.createdAt());
        putInstant(says, "revokedAt", key.revokedAt());
        // The entry's time says when, and the row has nothing else to compare with.
        told.fields.remove("revoked");
        putInstant(told.fields, "revokedAt", told.at(Event.Action.KEY_REVOKED));
        return compare("key:" + key.id(), told, says);
    }

    /// As [#differences(Reads, KeyRow)], of an operator.
    List<Difference> differences(Reads reads, OperatorRow row) {
        Operator operator = row.operator();
        Told told = told(reads, operator.id(), person(row.seed()), Event.Action.OPERATOR_CREATED);
        Map<String, Object> says = new HashMap<>();
        CredentialFields.changed(null, operator).applyTo(says);
        says.put("generation", operator.generation());
        putInstant(says, "createdAt", operator.createdAt());
        putInstant(says, "disabledAt", operator.disabledAt());
        putInstant(says, "deletedAt", operator.deletedAt());
        told.fields.putIfAbsent("generation", 1L);
        putInstant(told.fields, "disabledAt", told.since("disabled"));
        putInstant(told.fields, "deletedAt", told.since("deleted"));
        return compare("operator:" + operator.id(), told, says);
    }

    /// As [#differences(Reads, KeyRow)], of an identity provider.
    List<Difference> differences(Reads reads, SsoRow row) {
        SsoProvider provider = row.provider();
        Told told = told(reads, provider.id(), realm.key().own(), Event.Action.SSO_CHANGED);
        Map<String, Object> says = new HashMap<>(provider.settings().byField());
        told.fields.remove(CredentialFields.CLIENT_SECRET);
        // The time of the last change is not in the row, and the entries have that of the first.
        told.fields.remove("createdAt");
        return compare("sso:" + provider.id(), told, says);
    }

    /// Whether the journal says that an identity provider was removed.
    boolean isRemoved(Reads reads, UUID provider) {
        return told(reads, provider, realm.key().own(), Event.Action.SSO_CHANGED)
                .last
                .containsKey(Event.Action.SSO_REMOVED.word());
    }

    /// Null for a seed of the wrong length.
    private @Nullable SealingKey person(byte[] seed) {
        return seed.length == RealmKey.SEED_BYTES ? realm.key().person(seed) : null;
    }

    /// What the journal says.
    ///
    /// @param last when each action was last done
    /// @param changed when each field was last changed
    /// @param readable whether the key in the row opens all entries
    private record Told(
            boolean created,
            Map<String, Object> fields,
            Map<String, Instant> last,
            Map<String, Instant> changed,
            boolean readable) {
        @Nullable
        Instant at(Event.Action action) {
            return last.get(action.word());
        }

        /// Since when a flag is true; null where it is not. The flag itself is taken out: a row has only
        /// its time.
        @Nullable
        Instant since(String flag) {
            return Boolean.TRUE.equals(fields.remove(flag)) ? changed.get(flag) : null;
        }
    }

    private Told told(Reads reads, UUID subject, @Nullable SealingKey key, Event.Action creation) {
        Map<String, Object> fields = new HashMap<>();
        Map<String, Instant> last = new HashMap<>();
        Map<String, Instant> changed = new HashMap<>();
        boolean readable = key != null;
        long after = 0;
        List<JournalRow> page;
        do {
            page = reads.journal().onwards(realm.realm().id(), subject, after, PAGE);
            for (JournalRow row : page) {
                try {
                    EntryFormat.Plain plain = sealer.format().read(row.entry());
                    last.put(plain.action(), plain.at());
                    if (key != null) {
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
        putInstant(fields, "createdAt", last.get(creation.word()));
        return new Told(last.containsKey(creation.word()), fields, last, changed, readable);
    }

    private static List<Difference> compare(String subject, Told told, Map<String, Object> says) {
        if (!told.created) {
            return List.of(new Difference(subject, Difference.ROW, null, "present"));
        }
        if (!told.readable) {
            return List.of(
                    new Difference(subject, "seed", "the one that sealed the entries", "one that does not open them"));
        }
        Set<String> names = new TreeSet<>(told.fields.keySet());
        names.addAll(says.keySet());
        List<Difference> all = new ArrayList<>();
        for (String name : names) {
            String journal = text(told.fields.get(name));
            String row = text(says.get(name));
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

    /// Numbers that come from the journal may be of another class, so their texts are compared.
    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static void putInstant(Map<String, Object> fields, String name, @Nullable Instant at) {
        if (at != null) {
            fields.put(name, Timestamps.text(at));
        }
    }
}
