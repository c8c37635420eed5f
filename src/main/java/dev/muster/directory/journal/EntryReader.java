package dev.muster.directory.journal;

import dev.muster.directory.keys.JobKeys;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.Unreadable;
import dev.muster.model.UnreadableException;
import dev.muster.model.credential.ActorRef;
import dev.muster.sealing.SealingKey;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.JobTables.JobSealRow;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.StandbyReads;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Converts journal rows to entries: it unseals them and resolves the names of actors. Not thread-safe; create one per
/// read.
public final class EntryReader {
    private final RealmKeys.Entry realm;
    private final EntrySealer sealer = new EntrySealer();

    public EntryReader(RealmKeys.Entry realm) {
        this.realm = realm;
    }

    /// Converts journal rows to entries. The keys of all their subjects are read together.
    public List<JournalEntry> entries(StandbyReads reads, List<JournalRow> rows) {
        return entries(
                reads,
                rows,
                null,
                names(reads, rows.stream().map(JournalRow::actor).collect(Collectors.toSet())));
    }

    /// Like [#entries], but without the names of actors.
    ///
    /// @param seeds the seeds of the users that the entries are about, except for erased users
    public List<JournalEntry> unnamed(StandbyReads reads, List<JournalRow> rows, Map<UUID, byte[]> seeds) {
        return entries(reads, rows, seeds, Map.of());
    }

    private List<JournalEntry> entries(
            StandbyReads reads, List<JournalRow> rows, @Nullable Map<UUID, byte[]> known, Map<ActorRef, String> names) {
        Set<UUID> users = new HashSet<>();
        Set<UUID> operators = new HashSet<>();
        Set<UUID> jobs = new HashSet<>();
        for (JournalRow row : rows) {
            switch (row.subject().type()) {
                case USER -> users.add(row.subject().id());
                case OPERATOR -> operators.add(row.subject().id());
                case JOB -> jobs.add(row.subject().id());
                case KEY, TENANT, REALM, GROUP, POLICY, SSO, APPROVAL, WEBHOOK -> {}
            }
        }
        long number = realm.realm().id();
        Collection<JobSealRow> seals = reads.jobs().sealsOfJobs(number, jobs).values();
        Map<UUID, SealingKey> keys = new HashMap<>();
        (known == null ? reads.users().seeds(number, users) : known).forEach((user, seed) -> {
            if (users.contains(user)) {
                keys.put(user, realm.key().person(seed));
            }
        });
        reads.actors()
                .operatorSeeds(number, operators)
                .forEach((operator, seed) -> keys.put(operator, realm.key().person(seed)));
        JobKeys jobKeys = HistoryReader.jobKeys(realm, reads, seals);
        for (JobSealRow job : seals) {
            SealingKey key = jobKeys.of(job);
            if (key != null) {
                keys.put(job.id(), key);
            }
        }
        return rows.stream().map(row -> entry(row, keys, names)).toList();
    }

    /// Returns the names of those actors that are found. Reads them with one statement for keys and one for
    /// operators. Root and the system have fixed names.
    private Map<ActorRef, String> names(StandbyReads reads, Set<ActorRef> actors) {
        Map<ActorRef, String> names = new HashMap<>();
        Set<UUID> keys = new HashSet<>();
        Set<UUID> operators = new HashSet<>();
        for (ActorRef actor : actors) {
            switch (actor.kind()) {
                case SYSTEM, ROOT -> names.put(actor, actor.kind().wireName());
                case API_KEY -> keys.add(actor.id());
                case OPERATOR -> operators.add(actor.id());
            }
        }
        long number = realm.realm().id();
        reads.actors()
                .keyNames(number, keys)
                .forEach((id, name) -> names.put(new ActorRef(ActorRef.Kind.API_KEY, id), name));
        reads.actors()
                .operatorNames(number, operators)
                .forEach((id, name) -> names.put(new ActorRef(ActorRef.Kind.OPERATOR, id), name));
        return names;
    }

    /// Returns the content of an entry's sealed part; null if it cannot be unsealed, which is logged.
    private EntryFormat.@Nullable Opened opened(EntryFormat.Plain plain, SealingKey key) {
        try {
            return sealer.open(plain, key);
        } catch (TamperedException e) {
            Unreadable.report(
                    realm.realm().id(),
                    "entry " + plain.seq() + " about",
                    plain.subject().id(),
                    e);
            return null;
        }
    }

    private JournalEntry entry(JournalRow row, Map<UUID, SealingKey> keys, Map<ActorRef, String> names) {
        EntryFormat.Plain plain;
        try {
            plain = sealer.plain(row);
        } catch (UnreadableException e) {
            Unreadable.report(row.realm(), e);
            // A damaged entry is shown from the copies of its fields in the columns.
            plain = new EntryFormat.Plain(
                    EntryFormat.BOUND,
                    row.realm(),
                    row.seq(),
                    row.at(),
                    row.actor(),
                    row.subject(),
                    "",
                    "",
                    row.action(),
                    new byte[0]);
            return entry(row, plain, null, names);
        }
        @Nullable
        SealingKey key = switch (plain.subject().type()) {
            case USER, OPERATOR -> keys.get(plain.subject().id());
            case JOB ->
                HistoryReader.isOwn(plain)
                        ? realm.key().own()
                        : keys.get(plain.subject().id());
            case KEY, TENANT, REALM, GROUP, POLICY, SSO, APPROVAL, WEBHOOK ->
                realm.key().own();
        };
        return entry(row, plain, key == null ? null : opened(plain, key), names);
    }

    private static JournalEntry entry(
            JournalRow row, EntryFormat.Plain plain, EntryFormat.@Nullable Opened found, Map<ActorRef, String> names) {
        EntryFormat.Opened opened = found == null ? EntryFormat.Opened.EMPTY : found;
        return new JournalEntry(
                plain.seq(),
                plain.at(),
                plain.actor(),
                names.get(plain.actor()),
                plain.dialect(),
                plain.requestId(),
                opened.clientRequestId(),
                plain.action(),
                plain.subject(),
                opened.onBehalfOf(),
                opened.reason(),
                opened.note(),
                opened.changes(),
                opened.approvedBy(),
                found != null,
                HexFormat.of().formatHex(row.hash()));
    }
}
