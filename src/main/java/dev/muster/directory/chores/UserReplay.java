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

/// One user as their journal entries make them, one entry after the other.
///
/// Of an erased user only the plain parts are left: when they were registered and erased, and whether they
/// are barred. Their rank, tag, number and the ends of their holds cannot be compared any more.
final class UserReplay {
    /// Fields whose values tell of no person. A field that is not here is named without its values.
    private static final Set<String> SHOWN =
            Set.of("tag", "rank", "version", "updatedAt", "activeAt", "deviceAddedAt", "emailConfirmedAt", "erasedAt");

    /// What of a hold or an enrolment tells of no person.
    private static final List<String> PARTS_SHOWN =
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

    /// @param mark of what state the user is counted: that after the last entry up to this one
    UserReplay(UUID id, EntrySealer sealer, long mark) {
        this.id = id;
        this.sealer = sealer;
        this.mark = mark;
    }

    /// The last entry that was taken in; 0 before the first.
    long last() {
        return last;
    }

    /// Notes that the key in the row is none.
    void cannotBeRead() {
        unreadable = true;
    }

    /// Takes in the next entry about the user.
    ///
    /// @param key the user's; null once they are erased
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
        if (entry.action().equals(Event.Action.USER_REGISTERED.word())) {
            registeredAt = entry.at();
        } else if (entry.action().equals(Event.Action.USER_BARRED.word())) {
            barred = true;
        } else if (entry.action().equals(Event.Action.USER_BAR_ANNULLED.word())) {
            barred = false;
        } else if (entry.action().equals(Event.Action.USER_ERASED.word())) {
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
        User before = user == null ? nobody(changes) : user;
        if (before == null) {
            unreadable = true;
            return;
        }
        user = UserFields.undo(before, turned(changes));
    }

    /// Who is registered by a user's first entry, before anything is known of them; null when it is no
    /// registration.
    private @Nullable User nobody(Changes changes) {
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

    /// What was before where what is now was: undoing it does the change.
    private static Changes turned(Changes changes) {
        Changes.Draft turned = new Changes.Draft();
        changes.byField()
                .forEach((field, change) ->
                        turned.put(field, /* before= */ change.after(), /* after= */ change.before()));
        return turned.build();
    }

    /// Whether the journal says that a bar of this user's rests on `print`. Of a user whose entries cannot be
    /// opened, as those of an erased one, it says no more than that they are barred.
    boolean bars(Fingerprint print, Fingerprint.Maker prints) {
        if (erasedAt != null || unreadable) {
            return barred;
        }
        User known = user;
        return known != null && known.isBarred() && barPrints(known, prints).containsValue(print);
    }

    /// The fingerprints that bar this user's identifiers, by the identifier's field; none for an erased
    /// user, of whom they are not known.
    Map<String, Fingerprint> barPrints(Fingerprint.Maker prints) {
        User known = user;
        return erasedAt == null && known != null && known.isBarred() ? barPrints(known, prints) : Map.of();
    }

    private static Map<String, Fingerprint> barPrints(User user, Fingerprint.Maker prints) {
        Map<String, Fingerprint> all = new TreeMap<>();
        for (Identifier.Kind kind : Identifier.Kind.values()) {
            Identifier identifier = user.identifier(kind);
            if (identifier != null && kind.barrable()) {
                all.put(kind.field(), prints.of(identifier.key()));
            }
        }
        return all;
    }

    /// The user as the realm's counters counted them at the mark.
    ///
    /// @param known false when their state at the mark cannot be read any more
    /// @param user null when there was no such user yet
    record Counted(boolean known, @Nullable User user) {}

    Counted counted(User row) {
        if (!registeredAtMark) {
            return new Counted(true, null);
        }
        if (erasedAtMark) {
            // The row is all there is to go by, as long as it is still what it was then.
            return new Counted(last <= mark, row);
        }
        return new Counted(knownAtMark && userAtMark != null, userAtMark);
    }

    /// Where the row is not what the entries say, once all of them are taken in.
    ///
    /// @param row as the reader sees it, cards and all
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
            Identifier told = journal.identifier(kind);
            Identifier is = row.identifier(kind);
            if (told != null
                    && is != null
                    && told.text().equals(is.text())
                    && !told.folded().equals(is.folded())) {
                all.add(new Difference(subject, kind.field(), Difference.WITHHELD, Difference.WITHHELD));
            }
        }
    }

    private static @Nullable String shown(String field, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (SHOWN.contains(field)) {
            return value.toString();
        }
        if (value instanceof Map<?, ?> parts && (field.startsWith("holds.") || field.equals("enrolment"))) {
            StringJoiner text = new StringJoiner(" ");
            for (String part : PARTS_SHOWN) {
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
        boolean words = row.holds().all().stream().anyMatch(UserReplay::hasWords);
        if (words || !UserFields.isErased(row) || stored.seed() != null || stored.sealedCards() != null) {
            all.add(new Difference(subject, "erasure", "nothing left", "something is left"));
        }
    }

    private static boolean hasWords(Hold hold) {
        return hold.reason() != null || hold.note() != null;
    }

    /// What is stored beside the holds to find users by must say what the holds say.
    private static void columns(String subject, Holds holds, HoldColumns columns, List<Difference> all) {
        Status status = holds.isEmpty()
                ? Status.ACTIVE
                : Status.of(holds.all().getFirst().kind());
        if (status.code() != columns.status()) {
            all.add(new Difference(subject, "status", status.word(), statusOf(columns.status())));
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
        return status == null ? "none" : status.word();
    }

    private static String kinds(int bits) {
        StringJoiner words = new StringJoiner(" ");
        for (HoldKind kind : HoldKind.values()) {
            if ((bits & kind.bit()) != 0) {
                words.add(kind.word());
            }
        }
        return words.toString();
    }

    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : Timestamps.text(at);
    }
}
