package dev.muster.directory.chores;

import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.journal.HistoryReader;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Counters;
import dev.muster.model.user.Card;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.User;
import dev.muster.model.user.UserRef;
import dev.muster.sealing.RealmKey;
import dev.muster.sealing.SealingKey;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.Reads;
import dev.muster.storage.UserRow;
import dev.muster.storage.UserRow.HoldColumns;
import dev.muster.storage.UserTables.FingerprintRow;
import dev.muster.storage.sql.StorageException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// Compares one realm's users, bars and counters with its journal.
final class UserComparison {
    /// The number of users that are read per slice.
    private static final int SLICE = 50;

    /// The number of a user's entries that are read at a time.
    private static final int PAGE = 500;

    private static final int BARS = 20;

    private final Slices slices;
    private final RealmKeys.Entry realm;
    private final long number;
    private final Fingerprint.Maker fingerprints;
    private final long mark;
    private final Findings findings;
    private final HistoryReader reader;
    private final EntrySealer sealer = new EntrySealer();
    private Counters counted = Counters.ZERO;
    private boolean countable = true;
    private long highest;
    private long users;

    /// @param mark the entry as of which users are counted
    UserComparison(Slices slices, RealmKeys.Entry realm, long mark, Findings findings) {
        this.slices = slices;
        this.realm = realm;
        this.number = realm.realm().id();
        this.fingerprints = realm.fingerprints();
        this.mark = mark;
        this.findings = findings;
        this.reader = new HistoryReader(realm);
    }

    /// The number of users that were compared.
    long users() {
        return users;
    }

    /// Records that users are missing, which means that the counters cannot be compared.
    void cannotBeCounted() {
        countable = false;
    }

    /// The result of comparing one user in one snapshot.
    private record Compared(List<Difference> differences, UserReplay.CountedUser counted) {}

    /// A slice of users.
    ///
    /// @param tooLong the users with too many entries for one snapshot
    /// @param last the highest user number in the slice
    private record Slice(List<Compared> compared, List<UUID> tooLong, long last, int size) {}

    /// Compares every user.
    void compareUsers() {
        long after = Long.MIN_VALUE;
        int size = SLICE;
        while (true) {
            long from = after;
            int limit = size;
            Slice slice;
            try {
                slice = slices.read(reads -> users(reads, from, limit));
            } catch (CancellationException e) {
                throw e;
            } catch (StorageException e) {
                if (e.kind() != StorageException.Kind.UNREACHABLE || size == 1) {
                    throw e;
                }
                // The slice may have taken too long, so retry with fewer users.
                size = Math.max(1, size / 8);
                continue;
            } catch (RuntimeException e) {
                // A row contains a value that Muster never writes. Reading users one by one reveals which row it is.
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

    /// Reports the next user after this number as unreadable, and returns that user's number.
    private long unreadable(long after) {
        long next = slices.read(reads -> reads.users().holdColumns(number, after, 1)).keySet().stream()
                .findFirst()
                .orElse(Long.MAX_VALUE);
        users++;
        countable = false;
        findings.add(new Difference("user-number:" + next, Difference.ROW, null, "unreadable"));
        return next;
    }

    private void note(Compared compared) {
        users++;
        compared.differences.forEach(findings::add);
        UserReplay.CountedUser count = compared.counted;
        countable &= count.known();
        User user = count.user();
        if (count.known() && user != null) {
            counted = counted.moved(null, user);
            highest = Math.max(highest, user.number());
        }
    }

    private Slice users(Reads reads, long after, int limit) {
        List<UserRow> rows = reads.users().allUsers(number, after, limit).users();
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

    /// Compares a user whose entries are read in several snapshots. Entries are immutable, so only the last page
    /// and the row must come from the same snapshot.
    private Compared longHistory(UUID user) {
        UserReplay replay = new UserReplay(user, sealer, mark);
        while (true) {
            Compared compared = slices.read(reads -> {
                UserRow row = reads.users().user(number, UserRef.id(user));
                if (row == null) {
                    // The pass over the journal will report the missing row.
                    return new Compared(List.of(), new UserReplay.CountedUser(false, null));
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

    /// Replays the next page of a user's entries, and returns whether it was the last page.
    private boolean replayed(Reads reads, UserRow row, UserReplay replay) {
        byte[] seed = row.seed();
        SealingKey key = null;
        if (seed != null && seed.length == RealmKey.SEED_BYTES) {
            key = realm.key().person(seed);
        } else if (seed != null) {
            replay.cannotBeRead();
        }
        SealingKey known = key;
        List<JournalRow> page = reads.journal().entriesAfter(number, row.user().id(), replay.last(), PAGE);
        page.forEach(entry -> replay.next(entry, known));
        return page.size() < PAGE;
    }

    private Compared compare(Reads reads, UserRow row, @Nullable HoldColumns columns, UserReplay replay) {
        List<Difference> all = new ArrayList<>();
        // Cards that cannot be unsealed are shown as one unreadable card, which is not in the journal.
        User user = reader.user(row);
        all.addAll(replay.differences(row, user, columns));
        replay.barFingerprints(fingerprints).forEach((field, fingerprint) -> {
            FingerprintRow bar = reads.users().bar(number, fingerprint);
            if (bar == null || !bar.user().equals(row.user().id())) {
                all.add(new Difference(
                        "user:" + row.user().id(), "bar." + field, "barred", bar == null ? null : "of another user"));
            }
        });
        Set<Fingerprint> cards = new HashSet<>();
        user.cards().stream()
                .filter(card -> !card.equals(Card.UNREADABLE))
                .forEach(card -> cards.add(fingerprints.ofCard(card.number())));
        if (!cards.isEmpty() && !hasFingerprints(reads.users().cards(number, cards), user.id(), cards)) {
            all.add(new Difference("user:" + user.id(), "cards", "their fingerprints", "not all of them"));
        }
        return new Compared(all, replay.counted(user));
    }

    private static boolean hasFingerprints(List<FingerprintRow> rows, UUID user, Set<Fingerprint> wanted) {
        Set<Fingerprint> found = new HashSet<>();
        for (FingerprintRow row : rows) {
            if (row.user().equals(user)) {
                found.add(new Fingerprint(row.fingerprint()));
            }
        }
        return found.containsAll(wanted);
    }

    /// Reports bars that are not in the journal.
    void compareBars() {
        byte[] after = new byte[0];
        List<FingerprintRow> page;
        do {
            byte[] from = after;
            page = slices.read(reads -> {
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
            // The row cannot be read, which [#compareUsers] reports.
            return;
        }
        if (row != null && !row.readable()) {
            return;
        }
        UserReplay replay = new UserReplay(bar.user(), sealer, mark);
        while (row != null && !replayed(reads, row, replay)) {
            // The condition replays the next page. A barred user has few entries.
        }
        if (row == null || !replay.bars(new Fingerprint(bar.fingerprint()), fingerprints)) {
            findings.add(new Difference("user:" + bar.user(), "bar", null, "present"));
        }
    }

    /// Compares the stored counters with those of the compared users, unless some users could not be counted.
    void compareCounters(Counters stored, long lastNumber) {
        if (!countable) {
            return;
        }
        for (String name : Counters.USER_COUNTERS) {
            count(name, counted.get(name), stored.get(name));
        }
        count("number", highest, lastNumber);
    }

    private void count(String what, long journal, long row) {
        if (journal != row) {
            findings.add(
                    new Difference("realm:" + number, "counters." + what, Long.toString(journal), Long.toString(row)));
        }
    }
}
