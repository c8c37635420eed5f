package dev.muster.directory.chores;

import dev.muster.directory.journal.EntryFormat;
import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.journal.HistoryReader;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Counters;
import dev.muster.model.Event;
import dev.muster.model.Fingerprint;
import dev.muster.model.HoldKind;
import dev.muster.model.Quotas;
import dev.muster.model.Rank;
import dev.muster.model.Status;
import dev.muster.model.Tag;
import dev.muster.model.User;
import dev.muster.model.UserRef;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.SealingKey;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.CredentialTables.KeyRow;
import dev.muster.storage.CredentialTables.OperatorRow;
import dev.muster.storage.Database;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.Reads;
import dev.muster.storage.RealmTables.QuotaRow;
import dev.muster.storage.UserRow;
import dev.muster.storage.UserRow.HoldColumns;
import dev.muster.storage.UserTables.FingerprintRow;
import dev.muster.storage.sql.StorageException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One comparison of one realm's rows with its journal. It reads in short slices; a row and its entries are
/// always of one snapshot, so what changes meanwhile is no difference. Memory does not grow with the realm.
final class RealmReconciliation {
    /// How many users are read at once.
    private static final int SLICE = 50;

    /// How many entries are read at once.
    private static final int PAGE = 500;

    private static final int BARS = 20;

    private final Database database;
    private final RealmKeys.Entry realm;
    private final long number;
    private final Fingerprint.Maker prints;
    private final Reconciliation.Pace pace;
    private final HistoryReader reader;
    private final EntrySealer sealer = new EntrySealer();
    private final CredentialReplay credentials;
    private final List<Difference> differences = new ArrayList<>();
    private boolean truncated;

    /// The end of the journal when this began: up to it users are counted.
    private long mark;

    private Counters counted = Counters.ZERO;
    private boolean countable = true;
    private long highest;
    private long users;
    private long keys;
    private long operators;

    RealmReconciliation(Database database, RealmKeys.Entry realm, Reconciliation.Pace pace) {
        this.database = database;
        this.realm = realm;
        this.number = realm.realm().id();
        this.prints = realm.prints();
        this.pace = pace;
        this.reader = new HistoryReader(realm);
        this.credentials = new CredentialReplay(realm);
    }

    public Reconciliation.Report run() {
        BatchRow present = database.read(reads -> reads.journal().present(number));
        mark = present == null ? 0 : present.lastSeq();
        users();
        keys();
        operators();
        quotas();
        entries();
        bars();
        if (present != null && !present.readable()) {
            differs(new Difference("realm", "counters", null, "unreadable"));
        } else if (present != null) {
            counters(present.counters(), present.number());
        }
        return new Reconciliation.Report(users, keys, operators, List.copyOf(differences), truncated);
    }

    private void differs(Difference difference) {
        if (differences.size() < Reconciliation.MOST) {
            differences.add(difference);
        } else {
            truncated = true;
        }
    }

    private <T extends @Nullable Object> T slice(Function<Reads, T> work) {
        long began = System.nanoTime();
        T result = database.snapshot(work);
        pace.rest(System.nanoTime() - began);
        return result;
    }

    // Users.

    /// What was found of a user in one snapshot.
    private record Compared(List<Difference> differences, UserReplay.Counted counted) {}

    /// A slice of users.
    ///
    /// @param tooLong those with too many entries for one snapshot
    /// @param last the highest number in it
    private record Slice(List<Compared> compared, List<UUID> tooLong, long last, int size) {}

    private void users() {
        long after = Long.MIN_VALUE;
        int size = SLICE;
        while (true) {
            long from = after;
            int limit = size;
            Slice slice;
            try {
                slice = slice(reads -> users(reads, from, limit));
            } catch (CancellationException e) {
                throw e;
            } catch (StorageException e) {
                if (e.kind() != StorageException.Kind.UNREACHABLE || size == 1) {
                    throw e;
                }
                // Perhaps the slice took too long: once more with fewer.
                size = Math.max(1, size / 8);
                continue;
            } catch (RuntimeException e) {
                // A row holds what no row of Muster's does. Alone it can be named.
                if (size == 1) {
                    after = unreadable(from);
                }
                size = size == 1 ? SLICE : 1;
                continue;
            }
            slice.compared.forEach(this::note);
            slice.tooLong.forEach(user -> note(longHistory(user)));
            after = slice.last;
            if (slice.size < limit) {
                return;
            }
        }
    }

    /// Names the next user after that number, whose row cannot be read, and gives their number.
    private long unreadable(long after) {
        long next = slice(reads -> reads.users().holdColumns(number, after, 1)).keySet().stream()
                .findFirst()
                .orElse(Long.MAX_VALUE);
        users++;
        countable = false;
        differs(new Difference("user-number:" + next, Difference.ROW, null, "unreadable"));
        return next;
    }

    private void note(Compared compared) {
        users++;
        compared.differences.forEach(this::differs);
        UserReplay.Counted count = compared.counted;
        countable &= count.known();
        User user = count.user();
        if (count.known() && user != null) {
            counted = counted.moved(null, user);
            highest = Math.max(highest, user.number());
        }
    }

    private Slice users(Reads reads, long after, int limit) {
        List<UserRow> rows = reads.users().everybody(number, after, limit).users();
        Map<Long, HoldColumns> columns = reads.users().holdColumns(number, after, limit);
        List<Compared> compared = new ArrayList<>(rows.size());
        List<UUID> tooLong = new ArrayList<>(0);
        for (UserRow row : rows) {
            UserReplay replay = new UserReplay(row.user().id(), sealer, mark);
            if (replayed(reads, row, replay)) {
                compared.add(compare(reads, row, columns.get(row.user().number()), replay));
            } else {
                tooLong.add(row.user().id());
            }
        }
        long last = rows.isEmpty() ? after : rows.getLast().user().number();
        return new Slice(compared, tooLong, last, rows.size());
    }

    /// A user whose entries are read over several snapshots: entries stay as they are, so only the last of them and the
    /// row must be of the same one.
    private Compared longHistory(UUID user) {
        UserReplay replay = new UserReplay(user, sealer, mark);
        while (true) {
            Compared compared = slice(reads -> {
                UserRow row = reads.users().user(number, UserRef.id(user));
                if (row == null) {
                    // Its entries tell so in the walk along the journal.
                    return new Compared(List.of(), new UserReplay.Counted(false, null));
                }
                long at = row.user().number();
                return replayed(reads, row, replay)
                        ? compare(
                                reads,
                                row,
                                reads.users().holdColumns(number, at - 1, 1).get(at),
                                replay)
                        : null;
            });
            if (compared != null) {
                return compared;
            }
        }
    }

    /// Takes in the next page of a user's entries. Whether that was the last.
    private boolean replayed(Reads reads, UserRow row, UserReplay replay) {
        byte[] seed = row.seed();
        SealingKey key = null;
        if (seed != null && seed.length == RealmKey.SEED_BYTES) {
            key = realm.key().person(seed);
        } else if (seed != null) {
            replay.cannotBeRead();
        }
        SealingKey known = key;
        List<JournalRow> page = reads.journal().onwards(number, row.user().id(), replay.last(), PAGE);
        page.forEach(entry -> replay.next(entry, known));
        return page.size() < PAGE;
    }

    private Compared compare(Reads reads, UserRow row, @Nullable HoldColumns columns, UserReplay replay) {
        List<Difference> all = new ArrayList<>();
        User user = row.user();
        try {
            user = reader.user(row);
        } catch (TamperedException e) {
            // Without its cards, which the journal has and so names.
        }
        all.addAll(replay.differences(row, user, columns));
        replay.barPrints(prints).forEach((field, print) -> {
            FingerprintRow bar = reads.users().bar(number, print);
            if (bar == null || !bar.user().equals(row.user().id())) {
                all.add(new Difference(
                        "user:" + row.user().id(), "bar." + field, "barred", bar == null ? null : "of another user"));
            }
        });
        Set<Fingerprint> cards = new HashSet<>();
        user.cards().forEach(card -> cards.add(prints.ofCard(card.number())));
        if (!cards.isEmpty() && !hasPrints(reads.users().cards(number, cards), user.id(), cards)) {
            all.add(new Difference("user:" + user.id(), "cards", "their fingerprints", "not all of them"));
        }
        return new Compared(all, replay.counted(user));
    }

    private static boolean hasPrints(List<FingerprintRow> rows, UUID user, Set<Fingerprint> wanted) {
        Set<Fingerprint> found = new HashSet<>();
        for (FingerprintRow row : rows) {
            if (row.user().equals(user)) {
                found.add(new Fingerprint(row.fingerprint()));
            }
        }
        return found.containsAll(wanted);
    }

    // Keys and operators.

    private void keys() {
        List<KeyRow> rows = database.read(reads -> reads.credentials().keys(number));
        for (KeyRow found : rows) {
            UUID id = found.key().id();
            List<Difference> all = slice(reads -> {
                KeyRow row = reads.credentials().key(number, id);
                if (row == null) {
                    return List.<Difference>of();
                }
                List<Difference> its = new ArrayList<>(credentials.differences(reads, row));
                if (!realm.macs().fits(row)) {
                    its.add(mac("key:" + id));
                }
                return its;
            });
            keys++;
            all.forEach(this::differs);
        }
    }

    private void operators() {
        List<OperatorRow> rows = database.read(reads -> reads.credentials().operatorsWithDeleted(number));
        for (OperatorRow found : rows) {
            UUID id = found.operator().id();
            List<Difference> all = slice(reads -> {
                OperatorRow row = reads.credentials().operator(number, id);
                if (row == null) {
                    return List.<Difference>of();
                }
                List<Difference> its = new ArrayList<>(credentials.differences(reads, row));
                if (!realm.macs().fits(row)) {
                    its.add(mac("operator:" + id));
                }
                return its;
            });
            operators++;
            all.forEach(this::differs);
        }
    }

    private static Difference mac(String subject) {
        return new Difference(subject, "mac", "written by the server", "written by somebody else");
    }

    // Quotas.

    private void quotas() {
        List<Difference> all = slice(reads -> {
            String subject = "realm:" + number;
            QuotaRow row = reads.realms().quotas(number);
            Map<String, Object> stored = (row == null ? Quotas.DEFAULT : row.quotas()).byName();
            List<Difference> its = new ArrayList<>();
            quotasOfJournal(reads).forEach((name, value) -> {
                String journal = String.valueOf(value);
                String found = String.valueOf(stored.get(name));
                if (!journal.equals(found)) {
                    its.add(new Difference(subject, "quotas." + name, journal, found));
                }
            });
            if (row != null && !realm.macs().fits(row)) {
                its.add(new Difference(subject, "quotas.mac", "written by the server", "written by somebody else"));
            }
            return its;
        });
        all.forEach(this::differs);
    }

    /// What root has set last, by name.
    private Map<String, Object> quotasOfJournal(Reads reads) {
        Map<String, Object> fields = new TreeMap<>(Quotas.DEFAULT.byName());
        long after = 0;
        List<JournalRow> page;
        do {
            page = reads.journal().onwards(number, Event.Subject.THE_REALM.id(), after, PAGE);
            for (JournalRow entry : page) {
                after = entry.seq();
                try {
                    EntryFormat.Plain plain = sealer.format().read(entry.entry());
                    if (plain.action().equals(Event.Action.REALM_QUOTAS_CHANGED.word())) {
                        sealer.open(plain, realm.key().own()).changes().applyTo(fields);
                    }
                } catch (TamperedException | IllegalArgumentException e) {
                    differs(new Difference("entry:" + entry.seq(), "entry", "an entry", "unreadable"));
                }
            }
        } while (page.size() == PAGE);
        return fields;
    }

    // The journal, for rows that are missing.

    private void entries() {
        long after = 0;
        while (after < mark) {
            long from = after;
            List<JournalRow> page = slice(reads -> {
                List<JournalRow> rows = reads.journal().entries(number, from, mark, PAGE);
                missing(reads, rows);
                return rows;
            });
            if (page.isEmpty()) {
                return;
            }
            after = page.getLast().seq();
        }
    }

    /// Names the rows that these entries made and that are not there, and the entries that are not found by their
    /// subject.
    private void missing(Reads reads, List<JournalRow> rows) {
        Set<UUID> registered = new HashSet<>();
        for (JournalRow row : rows) {
            EntryFormat.Plain entry;
            try {
                entry = sealer.format().read(row.entry());
            } catch (IllegalArgumentException e) {
                differs(new Difference("entry:" + row.seq(), "entry", "an entry", "unreadable"));
                continue;
            }
            UUID id = entry.subject().id();
            if (!entry.subject().equals(row.subject()) || entry.seq() != row.seq()) {
                differs(new Difference("entry:" + row.seq(), "subject", name(entry.subject()), name(row.subject())));
            }
            if (entry.action().equals(Event.Action.USER_REGISTERED.word())) {
                registered.add(id);
            } else if (entry.action().equals(Event.Action.KEY_CREATED.word())
                    && reads.credentials().key(number, id) == null) {
                differs(new Difference(name(entry.subject()), Difference.ROW, "created", null));
            } else if (entry.action().equals(Event.Action.OPERATOR_CREATED.word())
                    && reads.credentials().operator(number, id) == null) {
                differs(new Difference(name(entry.subject()), Difference.ROW, "created", null));
            }
        }
        registered.removeAll(reads.users().existing(number, registered));
        for (UUID user : registered) {
            countable = false;
            differs(new Difference("user:" + user, Difference.ROW, "registered", null));
        }
    }

    private static String name(Event.Subject subject) {
        return subject.type().word() + ":" + subject.id();
    }

    // Bars that the journal does not know.

    private void bars() {
        byte[] after = new byte[0];
        List<FingerprintRow> page;
        do {
            byte[] from = after;
            page = slice(reads -> {
                List<FingerprintRow> rows = reads.users().bars(number, from, BARS);
                rows.forEach(bar -> bar(reads, bar));
                return rows;
            });
            if (!page.isEmpty()) {
                after = page.getLast().fingerprint();
            }
        } while (page.size() == BARS);
    }

    private void bar(Reads reads, FingerprintRow bar) {
        UserRow row;
        try {
            row = reads.users().user(number, UserRef.id(bar.user()));
        } catch (StorageException e) {
            throw e;
        } catch (RuntimeException e) {
            // The row cannot be read, and is named for it.
            return;
        }
        if (row != null && !row.readable()) {
            return;
        }
        UserReplay replay = new UserReplay(bar.user(), sealer, mark);
        while (row != null && !replayed(reads, row, replay)) {
            // Another page: who is barred has few.
        }
        if (row == null || !replay.bars(new Fingerprint(bar.fingerprint()), prints)) {
            differs(new Difference("user:" + bar.user(), "bar", null, "present"));
        }
    }

    // Counters.

    private void counters(Counters stored, long lastNumber) {
        if (!countable) {
            return;
        }
        for (Status status : Status.values()) {
            count("status." + status.word(), counted.status(status), stored.status(status));
        }
        for (HoldKind kind : HoldKind.values()) {
            count("hold." + kind.word(), counted.hold(kind), stored.hold(kind));
        }
        for (Tag tag : Tag.values()) {
            count("tag." + tag.name(), counted.tag(tag), stored.tag(tag));
        }
        for (Rank rank : Rank.values()) {
            count("rank." + rank.name(), counted.rank(rank), stored.rank(rank));
        }
        count("supers", counted.supersInService(), stored.supersInService());
        count("number", highest, lastNumber);
    }

    private void count(String what, long journal, long row) {
        if (journal != row) {
            differs(new Difference("realm:" + number, "counters." + what, Long.toString(journal), Long.toString(row)));
        }
    }
}
