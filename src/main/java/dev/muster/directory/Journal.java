package dev.muster.directory;

import dev.muster.model.Actor;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.Scope;
import dev.muster.storage.Database;
import dev.muster.storage.Rows.BatchRow;
import dev.muster.storage.Rows.CheckpointRow;
import dev.muster.storage.Rows.JournalRow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The realm's log of every change, as it is read. Every method needs `journal:read`.
public final class Journal {
    /// A part of a filtered list looks at this many entries at the most.
    private static final int LOOKED_AT = 10_000;

    private static final int SLICE = 500;

    private final Database database;
    private final Vault vault;
    private final JsonFactory json = new JsonFactory();

    Journal(Database database, Vault vault) {
        this.database = database;
        this.vault = vault;
    }

    /// Where a realm's journal stands.
    ///
    /// @param head the last entry's hash, 64 hexadecimal digits; of an empty journal, what its first entry follows
    public record Head(long seq, String head) {}

    /// What walking a chain gave.
    ///
    /// @param firstBad the first entry that does not fit; null when all do
    /// @param reason why it does not, a sentence; null when all do
    public record Verification(
            boolean valid,
            long entries,
            String head,
            @Nullable Long firstBad,
            @Nullable String reason) {}

    /// Takes the export, a line at a time.
    public interface Lines {
        void line(byte[] json) throws IOException;
    }

    /// A part of the journal. A part may be shorter than asked for, also empty, and yet have one that follows: a part
    /// looks at 10,000 entries at the most. The total is that of all entries, whatever the filters.
    public Result<Page<JournalEntry>> page(Actor actor, long realm, JournalQuery query) {
        return asReader(
                actor,
                () -> database.<Result<Page<JournalEntry>>>search(reads -> {
                    List<JournalRow> found = new ArrayList<>();
                    BatchRow present = reads.present(realm);
                    long total = present == null ? 0 : present.lastSeq();
                    long after = query.after() == null ? 0 : query.after();
                    long end = Math.min(total, after + LOOKED_AT);
                    while (after < end && found.size() < query.limit()) {
                        List<JournalRow> slice = reads.journal(realm, after, end, SLICE);
                        for (JournalRow row : slice) {
                            if (found.size() < query.limit()) {
                                after = row.seq();
                                if (matches(row, query)) {
                                    found.add(row);
                                }
                            }
                        }
                        if (slice.isEmpty()) {
                            after = end;
                        }
                    }
                    List<JournalEntry> entries = new Reader(vault.get(realm)).entries(reads, found);
                    return Result.ok(new Page<>(entries, total, false, after < total ? after : null));
                }));
    }

    private static boolean matches(JournalRow row, JournalQuery query) {
        return (query.action() == null
                        || row.action().equals(query.action())
                        || row.action().startsWith(query.action() + "."))
                && (query.actor() == null || row.actor().id().equals(query.actor()))
                && (query.subject() == null || row.subject().equals(query.subject()))
                && (query.since() == null || !row.at().isBefore(query.since()))
                && (query.until() == null || row.at().isBefore(query.until()));
    }

    public Result<Head> head(Actor actor, long realm) {
        return asReader(actor, () -> Result.ok(head(realm)));
    }

    private Head head(long realm) {
        BatchRow present = database.read(reads -> reads.present(realm));
        byte[] head = present == null ? new Scribe().origin(realm) : present.head();
        return new Head(present == null ? 0 : present.lastSeq(), HexFormat.of().formatHex(head));
    }

    /// Walks the whole chain, as far as it reached when the walk began, past the checkpoints that storage keeps.
    public Result<Verification> verify(Actor actor, long realm) {
        return asReader(actor, () -> Result.ok(walk(realm)));
    }

    private Verification walk(long realm) {
        ChainWalk walk = new ChainWalk(realm);
        // Before the head is read, so that a checkpoint beyond it is a sign and not a race.
        expectCheckpoints(walk, realm);
        Head head = head(realm);
        if (head.seq() > 0) {
            walk.expect(head.seq(), head.head());
        }
        EntryFormat format = new EntryFormat();
        long after = 0;
        while (after < head.seq() && !walk.isBroken()) {
            long from = after;
            List<JournalRow> slice = database.read(reads -> reads.journal(realm, from, head.seq(), SLICE));
            for (JournalRow row : slice) {
                if (walk.next(row.entry(), row.hash()) && !sayTheSame(format.read(row.entry()), row)) {
                    walk.badCopy(row.seq());
                }
                after = row.seq();
            }
            if (slice.isEmpty()) {
                break;
            }
        }
        beyondItsEnd(realm).forEach(row -> walk.beyondItsEnd(row.seq()));
        return walk.end();
    }

    /// What stands after the last entry, at one moment: nothing, unless somebody put it there.
    private List<JournalRow> beyondItsEnd(long realm) {
        return database.snapshot(reads -> {
            BatchRow present = reads.present(realm);
            return reads.journal(realm, present == null ? 0 : present.lastSeq(), Long.MAX_VALUE, 1);
        });
    }

    private void expectCheckpoints(ChainWalk walk, long realm) {
        long after = 0;
        List<CheckpointRow> slice;
        do {
            long from = after;
            slice = database.read(reads -> reads.checkpoints(realm, from, SLICE));
            for (CheckpointRow checkpoint : slice) {
                after = checkpoint.seq();
                walk.expect(checkpoint.seq(), HexFormat.of().formatHex(checkpoint.head()));
            }
        } while (slice.size() == SLICE);
    }

    private static boolean sayTheSame(EntryFormat.Plain plain, JournalRow row) {
        return plain.realm() == row.realm()
                && plain.seq() == row.seq()
                && plain.at().equals(row.at())
                && plain.actor().equals(row.actor())
                && plain.subject().equals(row.subject())
                && plain.action().equals(row.action());
    }

    /// Gives every entry, in order, as one line of JSON: `{seq, entry, hash}`, the entry's verbatim bytes in Base64,
    /// and with them what they say. The first two are all that verifying needs.
    public Result<Head> export(Actor actor, long realm, Lines lines) throws IOException {
        if (!actor.may(Scope.JOURNAL_READ)) {
            return Result.refused(new Refusal.Forbidden(Scope.JOURNAL_READ.word()));
        }
        Head head = head(realm);
        long after = 0;
        while (after < head.seq()) {
            long from = after;
            List<JournalRow> slice = database.read(reads -> reads.journal(realm, from, head.seq(), SLICE));
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
            ChainWalk.says(row.entry()).forEach(line::writeStringProperty);
            line.writeEndObject();
        }
        out.write('\n');
        return out.toByteArray();
    }

    private static <T> Result<T> asReader(Actor actor, Supplier<Result<T>> reading) {
        return actor.may(Scope.JOURNAL_READ)
                ? Directory.read(reading)
                : Result.refused(new Refusal.Forbidden(Scope.JOURNAL_READ.word()));
    }
}
