package dev.muster.directory.chores;

import dev.muster.directory.journal.EntryFormat;
import dev.muster.directory.journal.EntrySealer;
import dev.muster.model.Event;
import dev.muster.model.user.Fingerprint;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Holds;
import dev.muster.model.user.Status;
import dev.muster.model.user.User;
import dev.muster.model.user.UserFields;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Identifier;
import dev.muster.model.value.Timestamps;
import dev.muster.sealing.SealingKey;
import dev.muster.sealing.TamperedException;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.UserRow;
import dev.muster.storage.UserRow.HoldColumns;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Rebuilds one user from their journal entries, one entry at a time.
///
/// If the user was erased, only the plain parts of the entries remain. They show when the user was registered and
/// erased, and whether the user is barred. Rank, tag, number and the ends of holds can no longer be compared.
final class UserReplay {
    /// The fields without personal data. Other fields are reported without their values.
    private static final Set<String> PUBLIC_FIELDS =
            Set.of("tag", "rank", "version", "updatedAt", "activeAt", "deviceAddedAt", "emailConfirmedAt", "erasedAt");

    /// The parts of a hold or an enrolment that are not personal data.
    private static final List<String> PUBLIC_PARTS =
            List.of("state", "at", "placedBy", "placedAt", "changedBy", "changedAt", "until");

    private final UUID id;
    private final EntrySealer sealer;
    private final long mark;
    private @Nullable User user;
    private @Nullable User userAtMark;
    private @Nullable Instant registeredAt;
    private @Nullable Instant erasedAt;
    private boolean registeredAtMark;
    private boolean erasedAtMark;
    private boolean knownAtMark = true;
    private boolean barred;
    private boolean unreadable;
    private long last;

    /// @param mark the user is counted as of the last entry whose number is not greater than this
    UserReplay(UUID id, EntrySealer sealer, long mark) {
        this.id = id;
        this.sealer = sealer;
        this.mark = mark;
    }

    /// The number of the last entry that was replayed; 0 before the first.
    long last() {
        return last;
    }

    /// Records that the seed in the row is invalid.
    void cannotBeRead() {
        unreadable = true;
    }

    /// Replays the next entry about the user.
    ///
    /// @param key the user's key; null if the user has been erased
    void next(JournalRow row, @Nullable SealingKey key) {
        try {
            next(sealer.format().read(row.entry()), key);
        } catch (IllegalArgumentException e) {
            last = row.seq();
            unreadable = true;
        }
    }

    private void next(EntryFormat.Plain entry, @Nullable SealingKey key) {
        last = entry.seq();
        if (entry.action().equals(Event.Action.USER_REGISTERED.wireName())) {
            registeredAt = entry.at();
        } else if (entry.action().equals(Event.Action.USER_BARRED.wireName())) {
            barred = true;
        } else if (entry.action().equals(Event.Action.USER_BAR_ANNULLED.wireName())) {
            barred = false;
        } else if (entry.action().equals(Event.Action.USER_ERASED.wireName())) {
            erasedAt = entry.at();
        }
        if (key != null && erasedAt == null && !unreadable) {
            try {
                apply(sealer.open(entry, key).changes());
            } catch (TamperedException e) {
                unreadable = true;
            }
        }
        if (entry.seq() <= mark) {
            userAtMark = user;
            registeredAtMark = registeredAt != null;
            erasedAtMark = erasedAt != null;
            knownAtMark = !unreadable;
        }
    }

    private void apply(Changes changes) {
        User before = user == null ? blankUser(changes) : user;
        if (before == null) {
            unreadable = true;
            return;
        }
        user = UserFields.undo(before, swapped(changes));
    }

    /// Returns the user before their first entry is applied; null if that entry is not a registration.
    private @Nullable User blankUser(Changes changes) {
        Changes.FieldChange number = changes.byField().get("number");
        Changes.FieldChange at = changes.byField().get("registeredAt");
        if (number == null || at == null || !(number.after() instanceof Number first)) {
            return null;
        }
        User.Draft draft =
                new User.Draft(id, first.longValue(), Instant.parse((String) Objects.requireNonNull(at.after())));
        draft.activeAt = null;
        return draft.build();
    }

    /// Swaps the values before and after, so that undoing the result applies the change.
    private static Changes swapped(Changes changes) {
        Changes.Draft swapped = new Changes.Draft();
        changes.byField()
                .forEach((field, change) ->
                        swapped.put(field, /* before= */ change.after(), /* after= */ change.before()));
        return swapped.build();
    }

    /// Whether this user's bar covers `fingerprint` according to the journal. If the entries cannot be opened, as
    /// for an erased user, it is only known whether the user is barred.
    boolean bars(Fingerprint fingerprint, Fingerprint.Maker fingerprints) {
        if (erasedAt != null || unreadable) {
            return barred;
        }
        User known = user;
        return known != null
                && known.isBarred()
                && barFingerprints(known, fingerprints).containsValue(fingerprint);
    }

    /// The fingerprints that bar this user's identifiers, by field. Empty for an erased user, for whom they are
    /// unknown.
    Map<String, Fingerprint> barFingerprints(Fingerprint.Maker fingerprints) {
        User known = user;
        return erasedAt == null && known != null && known.isBarred() ? barFingerprints(known, fingerprints) : Map.of();
    }

    private static Map<String, Fingerprint> barFingerprints(User user, Fingerprint.Maker fingerprints) {
        Map<String, Fingerprint> all = new TreeMap<>();
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            Identifier identifier = user.identifier(kind);
            if (identifier != null && kind.barrable()) {
                all.put(kind.field(), fingerprints.of(identifier.key()));
            }
        }
        return all;
    }

    /// The user as the realm's counters count them at the mark.
    ///
    /// @param known false if the user's state at the mark can no longer be read
    /// @param user the user; null if they were not registered yet
    record CountedUser(boolean known, @Nullable User user) {}

    CountedUser counted(User row) {
        if (!registeredAtMark) {
            return new CountedUser(true, null);
        }
        if (erasedAtMark) {
            // Only the row is left, and it can be used only if it has not changed since the mark.
            return new CountedUser(last <= mark, row);
        }
        return new CountedUser(knownAtMark && userAtMark != null, userAtMark);
    }

    /// Returns how the row differs from the entries. All entries must have been replayed.
    ///
    /// @param row the user as the reader returns it, including cards
    List<Difference> differences(UserRow stored, User row, @Nullable HoldColumns columns) {
        String subject = "user:" + id;
        List<Difference> all = new ArrayList<>();
        if (registeredAt == null) {
            all.add(new Difference(subject, Difference.ROW, null, "present"));
            return all;
        }
        if (!registeredAt.equals(row.registeredAt())) {
            all.add(new Difference(
                    subject, "registeredAt", Timestamps.text(registeredAt), Timestamps.text(row.registeredAt())));
        }
        if (erasedAt != null) {
            erased(subject, erasedAt, stored, row, all);
        } else if (stored.seed() == null) {
            all.add(new Difference(subject, "erasure", "not erased", "its key is gone"));
        } else if (unreadable || user == null) {
            all.add(new Difference(subject, "seed", "the one that sealed the entries", "one that does not open them"));
        } else {
            fields(subject, user, row, all);
        }
        if (columns != null) {
            columns(subject, row.holds(), columns, all);
        }
        return all;
    }

    private static void fields(String subject, User journal, User row, List<Difference> all) {
        if (journal.number() != row.number()) {
            all.add(new Difference(subject, "number", Long.toString(journal.number()), Long.toString(row.number())));
        }
        UserFields.diff(journal, row).byField().forEach((field, change) -> {
            String before = shown(field, change.before());
            String after = shown(field, change.after());
            boolean alike = !Difference.WITHHELD.equals(before) && Objects.equals(before, after);
            all.add(new Difference(subject, field, before, alike ? after + " (other words)" : after));
        });
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            Identifier journalled = journal.identifier(kind);
            Identifier stored = row.identifier(kind);
            if (journalled != null
                    && stored != null
                    && journalled.text().equals(stored.text())
                    && !journalled.folded().equals(stored.folded())) {
                all.add(new Difference(subject, kind.field(), Difference.WITHHELD, Difference.WITHHELD));
            }
        }
    }

    private static @Nullable String shown(String field, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (PUBLIC_FIELDS.contains(field)) {
            return value.toString();
        }
        if (value instanceof Map<?, ?> parts && (field.startsWith("holds.") || field.equals("enrolment"))) {
            StringJoiner text = new StringJoiner(" ");
            for (String part : PUBLIC_PARTS) {
                if (parts.get(part) != null) {
                    text.add(part + "=" + parts.get(part));
                }
            }
            return text.toString();
        }
        return Difference.WITHHELD;
    }

    private void erased(String subject, Instant at, UserRow stored, User row, List<Difference> all) {
        if (!at.equals(row.erasedAt())) {
            all.add(new Difference(subject, "erasedAt", Timestamps.text(at), text(row.erasedAt())));
        }
        if (!at.equals(row.updatedAt())) {
            all.add(new Difference(subject, "updatedAt", Timestamps.text(at), Timestamps.text(row.updatedAt())));
        }
        if (!row.isRemoved()) {
            all.add(new Difference(subject, "holds.removed.main", "placed", null));
        }
        if (barred != row.isBarred()) {
            all.add(new Difference(
                    subject, "holds.barred.main", barred ? "placed" : null, row.isBarred() ? "placed" : null));
        }
        boolean words = row.holds().all().stream().anyMatch(UserReplay::hasTexts);
        if (words || !UserFields.isErased(row) || stored.seed() != null || stored.sealedCards() != null) {
            all.add(new Difference(subject, "erasure", "nothing left", "something is left"));
        }
    }

    private static boolean hasTexts(Hold hold) {
        return hold.reason() != null || hold.note() != null;
    }

    /// Compares the search columns with the holds from which they are derived.
    private static void columns(String subject, Holds holds, HoldColumns columns, List<Difference> all) {
        Status status = holds.isEmpty()
                ? Status.ACTIVE
                : Status.of(holds.all().getFirst().kind());
        if (status.code() != columns.status()) {
            all.add(new Difference(subject, "status", status.wireName(), statusOf(columns.status())));
        }
        if (holds.kinds() != columns.kinds()) {
            all.add(new Difference(subject, "holdKinds", kinds(holds.kinds()), kinds(columns.kinds())));
        }
        if (!Objects.equals(holds.nextEnd(), columns.nextChange())) {
            all.add(new Difference(subject, "nextChangeAt", text(holds.nextEnd()), text(columns.nextChange())));
        }
    }

    private static String statusOf(int code) {
        Status status = Status.CODES.of(code);
        return status == null ? "none" : status.wireName();
    }

    private static String kinds(int bits) {
        StringJoiner words = new StringJoiner(" ");
        for (HoldKind kind : HoldKind.values()) {
            if ((bits & kind.bit()) != 0) {
                words.add(kind.wireName());
            }
        }
        return words.toString();
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : Timestamps.text(at);
    }
}
