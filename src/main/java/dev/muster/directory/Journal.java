package dev.muster.directory;

import dev.muster.directory.journal.ChainVerification;
import dev.muster.directory.journal.ChainVerifier;
import dev.muster.directory.journal.CheckpointFolder;
import dev.muster.directory.journal.Checkpoints;
import dev.muster.directory.journal.EntryFormat;
import dev.muster.directory.journal.EntryReader;
import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.journal.JournalPart;
import dev.muster.directory.journal.JournalQuery;
import dev.muster.directory.journal.VerificationLimit;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.model.Event;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.sealing.CheckpointKey;
import dev.muster.storage.Database;
import dev.muster.storage.JournalFilter;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.JournalTables.JournalRow;
import dev.muster.storage.Reads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The realm's log of every change, as it is read. Every method needs `journal:read`.
public final class Journal {
    private static final int SLICE = 500;

    /// Among how many entries those that match are counted, where no index leads to them.
    private static final long COUNTED_AMONG = 50_000;

    private final Database database;
    private final RealmKeys realmKeys;
    private final CheckpointFolder folder;
    private final CheckpointKey checkpointKey;
    private final VerificationLimit walks;
    private final JsonFactory json = new JsonFactory();

    Journal(
            Database database,
            RealmKeys realmKeys,
            VerificationLimit walks,
            CheckpointFolder folder,
            CheckpointKey checkpointKey) {
        this.database = database;
        this.realmKeys = realmKeys;
        this.walks = walks;
        this.folder = folder;
        this.checkpointKey = checkpointKey;
    }

    /// The end of a realm's journal.
    ///
    /// @param head the last entry's hash, 64 hexadecimal digits; of an empty journal, what its first entry
    ///     follows
    public record Head(long seq, String head) {}

    /// Takes the export, a line at a time.
    public interface Lines {
        void line(byte[] json) throws IOException;
    }

    /// A part of the journal. A part may be shorter than asked for, also empty, and yet have one that follows:
    /// a part looks at 10,000 entries at the most. The total is exact without filters and for a subject; else
    /// those that match are counted, to 10,000, among 50,000 entries from where the list begins.
    public Result<Page<JournalEntry>> page(Actor actor, long realm, JournalQuery query) {
        return read(
                actor,
                realm,
                query,
                (entries, total, part, _) -> new Page<>(entries, total.number, total.isAtLeast, part.next()));
    }

    /// As [#page], of a journal that is read on and on, the oldest entry first. Its last part, too, has a
    /// `next`, to come back with when more has been written; only one behind which nothing was found has none.
    public Result<Page<JournalEntry>> following(Actor actor, long realm, JournalQuery query) {
        if (query.order() != JournalQuery.Order.OLDEST_FIRST) {
            throw new IllegalArgumentException("nothing is added to the other end");
        }
        return read(actor, realm, query, (entries, total, part, end) -> {
            long seen = part.next() == null ? end : part.next();
            Long next = seen > (query.after() == null ? 0 : query.after()) ? seen : null;
            return new Page<>(entries, total.number, total.isAtLeast, next);
        });
    }

    /// How many entries match.
    private record Total(long number, boolean isAtLeast) {
        static Total of(long counted, boolean all) {
            return new Total(Math.min(counted, Page.COUNTED), !all || counted > Page.COUNTED);
        }
    }

    private interface Paging {
        Page<JournalEntry> page(List<JournalEntry> entries, Total total, JournalPart part, long end);
    }

    private Result<Page<JournalEntry>> read(Actor actor, long realm, JournalQuery query, Paging paging) {
        return StorageFailures.as(
                actor,
                Scope.JOURNAL_READ,
                () -> database.<Result<Page<JournalEntry>>>search(reads -> {
                    long last = reads.journal().present(realm).lastSeq();
                    long first = query.since() == null ? 0 : before(reads, realm, query.since(), last);
                    JournalPart part = switch (query.order()) {
                        case OLDEST_FIRST -> onwards(reads, realm, query, first, last);
                        case NEWEST_FIRST -> backwards(reads, realm, query, first, last);
                    };
                    List<JournalEntry> entries = new EntryReader(realmKeys.get(realm)).entries(reads, part.found());
                    Total total = query.isFiltered()
                            ? total(reads, realm, query, first, last, part.found())
                            : new Total(last, false);
                    long end = part.found().isEmpty()
                            ? last
                            : Math.max(last, part.found().getLast().seq());
                    return Result.ok(paging.page(entries, total, part, end));
                }));
    }

    /// @param shown entries that match, which may lie beyond those that are counted
    private static Total total(
            Reads reads, long realm, JournalQuery query, long first, long last, List<JournalRow> shown) {
        JournalFilter filter = new JournalFilter(query.action(), query.actor(), query.since(), query.until());
        Event.Subject subject = query.subject();
        if (subject != null) {
            return Total.of(reads.journal().countHistory(realm, subject.id(), filter, Page.COUNTED + 1), true);
        }
        boolean all = last - first <= COUNTED_AMONG;
        boolean oldest = query.order() == JournalQuery.Order.OLDEST_FIRST;
        long from = all || oldest ? first : last - COUNTED_AMONG;
        long to = all || !oldest ? last : first + COUNTED_AMONG;
        long beyond = shown.stream()
                .filter(row -> row.seq() <= from || row.seq() > to)
                .count();
        return Total.of(reads.journal().countEntries(realm, from, to, filter, Page.COUNTED + 1) + beyond, all);
    }

    /// @param first those up to it are too old
    private static JournalPart onwards(Reads reads, long realm, JournalQuery query, long first, long total) {
        Event.Subject subject = query.subject();
        return part(
                query,
                query.after() == null ? first : Math.max(first, query.after()),
                subject == null
                        ? (after, length) -> reads.journal().entries(realm, after, total, length)
                        : (after, length) -> reads.journal().onwards(realm, subject.id(), after, length));
    }

    private static JournalPart backwards(Reads reads, long realm, JournalQuery query, long first, long total) {
        Event.Subject subject = query.subject();
        JournalPart.Slices slices = subject == null
                ? (before, length) -> reads.journal()
                        .entries(realm, before - 1 - length, before - 1, length)
                        .reversed()
                : (before, length) -> reads.journal().history(realm, subject.id(), before, length);
        return part(
                query,
                query.after() == null ? total + 1 : Math.clamp(query.after(), first + 1, total + 1),
                (before, length) -> slices.after(before, length).stream()
                        .takeWhile(row -> row.seq() > first)
                        .toList());
    }

    private static JournalPart part(JournalQuery query, long after, JournalPart.Slices slices) {
        return JournalPart.of(slices, after, row -> matches(row, query), query.limit());
    }

    /// An entry up to which all are from before `since`, by halving. Endings of holds are journalled late,
    /// at the end's own time, and so say nothing; all others are in order of time.
    private static long before(Reads reads, long realm, Instant since, long total) {
        long low = 0;
        long high = total;
        while (low < high) {
            long middle = (low + high) >>> 1;
            JournalRow told = firstInOrder(reads, realm, middle, high);
            if (told == null || !told.at().isBefore(since)) {
                high = middle;
            } else {
                low = told.seq();
            }
        }
        return low;
    }

    private static @Nullable JournalRow firstInOrder(Reads reads, long realm, long after, long end) {
        long from = after;
        int slice = 1;
        while (from < end) {
            List<JournalRow> rows = reads.journal().entries(realm, from, end, slice);
            for (JournalRow row : rows) {
                if (!row.action().equals(Event.Action.USER_HOLD_ENDED.word())) {
                    return row;
                }
                from = row.seq();
            }
            if (rows.isEmpty()) {
                return null;
            }
            slice = SLICE;
        }
        return null;
    }

    private static boolean matches(JournalRow row, JournalQuery query) {
        return (query.action() == null || is(row.action(), query.action()))
                && (query.actor() == null || row.actor().id().equals(query.actor()))
                && (query.subject() == null || row.subject().equals(query.subject()))
                && (query.since() == null || !row.at().isBefore(query.since()))
                && (query.until() == null || row.at().isBefore(query.until()));
    }

    /// Whether an action is `asked`, or begins with it: `user.hold.placed` is a `user.hold`.
    static boolean is(String action, String asked) {
        return action.equals(asked) || action.startsWith(asked + ".");
    }

    public Result<Head> head(Actor actor, long realm) {
        return StorageFailures.as(actor, Scope.JOURNAL_READ, () -> Result.ok(head(realm)));
    }

    private Head head(long realm) {
        BatchRow present = database.read(reads -> reads.journal().present(realm));
        byte[] head = present.no() == 0 ? new EntrySealer().origin(realm) : present.head();
        return new Head(present.lastSeq(), HexFormat.of().formatHex(head));
    }

    /// Walks the whole chain, as far as it reached when the walk began, past the checkpoints that storage
    /// keeps. Refuses: Forbidden; Busy while the realm, or two others, are being verified or reconciled.
    public Result<ChainVerification> verify(Actor actor, long realm) {
        return StorageFailures.as(
                actor, Scope.JOURNAL_READ, () -> walks.within(realm, () -> Result.ok(walk(realm, _ -> {}))));
    }

    /// As [#verify(Actor, long)], for a caller that has the permit to walk.
    ///
    /// @param seen told from time to time up to which entry it has come
    Result<ChainVerification> verify(Actor actor, long realm, LongConsumer seen) {
        return StorageFailures.as(actor, Scope.JOURNAL_READ, () -> Result.ok(walk(realm, seen)));
    }

    private ChainVerification walk(long realm, LongConsumer seen) {
        ChainVerifier walk = ChainVerifier.of(realmKeys.get(realm).key());
        // The checkpoints are read before the head, so that one beyond it is a sign of a cut and not a race.
        try (Checkpoints checkpoints = Checkpoints.of(database, folder, checkpointKey, realm)) {
            checkpoints.expectLast(walk);
            Head head = head(realm);
            if (head.seq() > 0) {
                walk.expect(head.seq(), head.head(), "the batch that ends the journal");
            }
            EntryFormat format = new EntryFormat();
            long after = 0;
            while (after < head.seq() && !walk.isBroken()) {
                long from = after;
                List<JournalRow> slice =
                        database.read(reads -> reads.journal().entries(realm, from, head.seq(), SLICE));
                if (slice.isEmpty()) {
                    break;
                }
                checkpoints.expectUpTo(slice.getLast().seq(), walk);
                for (JournalRow row : slice) {
                    if (walk.next(row.entry(), row.hash()) && !sayTheSame(format.read(row.entry()), row)) {
                        walk.badCopy(row.seq());
                    }
                    after = row.seq();
                }
                seen.accept(after);
            }
            entriesAfterEnd(realm).forEach(row -> walk.entriesAfterEnd(row.seq()));
        } catch (IOException e) {
            throw new UncheckedIOException("the folder of checkpoints cannot be read", e);
        }
        return walk.end();
    }

    /// The entries after the last one, at one moment: none, unless somebody put them there.
    private List<JournalRow> entriesAfterEnd(long realm) {
        return database.snapshot(reads -> {
            long last = reads.journal().present(realm).lastSeq();
            return reads.journal().entries(realm, last, Long.MAX_VALUE, 1);
        });
    }

    private static boolean sayTheSame(EntryFormat.Plain plain, JournalRow row) {
        return plain.realm() == row.realm()
                && plain.seq() == row.seq()
                && plain.at().equals(row.at())
                && plain.actor().equals(row.actor())
                && plain.subject().equals(row.subject())
                && plain.action().equals(row.action());
    }

    /// Gives every entry, in order, as one line of JSON: `{seq, entry, hash}`, the entry's verbatim bytes
    /// in Base64, and with them what they say. The first two are all that verifying needs.
    public Result<Head> export(Actor actor, long realm, Lines lines) throws IOException {
        if (!actor.may(Scope.JOURNAL_READ)) {
            return Result.refused(Refusal.Forbidden.to(actor, Scope.JOURNAL_READ));
        }
        Head head = head(realm);
        long after = 0;
        while (after < head.seq()) {
            long from = after;
            List<JournalRow> slice = database.read(reads -> reads.journal().entries(realm, from, head.seq(), SLICE));
            if (slice.isEmpty()) {
                break;
            }
            for (JournalRow row : slice) {
                lines.line(line(row));
                after = row.seq();
            }
        }
        return Result.ok(head);
    }

    private byte[] line(JournalRow row) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator line = json.createGenerator(ObjectWriteContext.empty(), out)) {
            line.writeStartObject();
            line.writeNumberProperty("seq", row.seq());
            line.writeName("entry");
            line.writeBinary(row.entry());
            line.writeStringProperty("hash", HexFormat.of().formatHex(row.hash()));
            ChainVerifier.says(row.entry()).forEach(line::writeStringProperty);
            line.writeEndObject();
        }
        out.write('\n');
        return out.toByteArray();
    }
}
