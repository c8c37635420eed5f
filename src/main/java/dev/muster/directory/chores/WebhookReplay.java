package dev.muster.directory.chores;

import dev.muster.directory.journal.EntryFormat;
import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Event;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Timestamps;
import dev.muster.model.webhook.Webhook;
import dev.muster.model.webhook.WebhookFields;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.Reads;
import dev.muster.storage.WebhookTables.WebhookRow;
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

/// Compares the rows of webhooks with the journal. Not thread-safe.
///
/// The secrets of webhooks are not in the journal; only the MAC protects them. Their progress is not compared.
final class WebhookReplay {
    private static final int PAGE = 500;

    private final RealmKeys.Entry realm;
    private final EntrySealer sealer = new EntrySealer();

    WebhookReplay(RealmKeys.Entry realm) {
        this.realm = realm;
    }

    /// Returns how a webhook's row differs from its journal entries. The row must come from the same snapshot as
    /// `reads`.
    List<Difference> differences(Reads reads, WebhookRow row) {
        Webhook webhook = row.webhook();
        String subject = "webhook:" + webhook.id();
        Map<String, Object> journal;
        try {
            journal = journal(reads, webhook.id());
        } catch (TamperedException | IllegalArgumentException e) {
            return List.of(new Difference(subject, "entries", "entries", "unreadable"));
        }
        if (journal == null) {
            return List.of(new Difference(subject, Difference.ROW, null, "present"));
        }
        Map<String, Object> stored = WebhookFields.byField(webhook);
        stored.put("stateSince", Timestamps.text(webhook.stateSince()));
        stored.put("createdAt", Timestamps.text(webhook.createdAt()));
        Set<String> names = new TreeSet<>(journal.keySet());
        names.addAll(stored.keySet());
        List<Difference> all = new ArrayList<>();
        for (String name : names) {
            String says = text(journal.get(name));
            String is = text(stored.get(name));
            if (!Objects.equals(says, is)) {
                all.add(new Difference(subject, name, says, is));
            }
        }
        return all;
    }

    /// Whether a webhook exists according to the journal.
    boolean exists(Reads reads, UUID webhook) {
        try {
            return journal(reads, webhook) != null;
        } catch (TamperedException | IllegalArgumentException e) {
            return true;
        }
    }

    /// The webhook's fields according to the journal; null if the webhook was never created or has been deleted.
    private @Nullable Map<String, Object> journal(Reads reads, UUID webhook) {
        Map<String, Object> fields = null;
        long after = 0;
        List<JournalRow> page;
        do {
            page = reads.journal().entriesAfter(realm.realm().id(), webhook, after, PAGE);
            for (JournalRow row : page) {
                after = row.seq();
                EntryFormat.Plain plain = sealer.format().read(row.entry());
                if (plain.action().equals(Event.Action.WEBHOOK_CREATED.wireName())) {
                    fields = new HashMap<>();
                    fields.put("createdAt", Timestamps.text(plain.at()));
                } else if (plain.action().equals(Event.Action.WEBHOOK_DELETED.wireName())) {
                    fields = null;
                }
                if (fields != null) {
                    apply(sealer.open(plain, realm.key().own()).changes(), plain.at(), fields);
                }
            }
        } while (page.size() == PAGE);
        return fields;
    }

    private static void apply(Changes changes, Instant at, Map<String, Object> fields) {
        changes.applyTo(fields);
        // These are not fields of the row.
        fields.remove(WebhookFields.SECRET);
        fields.remove(WebhookFields.FROM);
        if (changes.byField().containsKey(WebhookFields.STATE)) {
            fields.put("stateSince", Timestamps.text(at));
        }
    }

    /// Converts a value to a string for comparison, because numbers read from the journal may have a different
    /// class.
    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
