package dev.muster.directory;

import dev.muster.directory.journal.ChainVerification;
import dev.muster.directory.journal.ChainVerifier;
import dev.muster.directory.journal.CheckpointFolder;
import dev.muster.directory.journal.Checkpoints;
import dev.muster.directory.journal.EntryFormat;
import dev.muster.directory.journal.EntryReader;
import dev.muster.directory.journal.EntrySealer;
import dev.muster.directory.journal.FailedVerification;
import dev.muster.directory.journal.JournalEntry;
import dev.muster.directory.journal.JournalPart;
import dev.muster.directory.journal.JournalQuery;
import dev.muster.directory.journal.VerificationLimit;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.StorageFailures;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.sealing.Checkpoint;
import dev.muster.sealing.CheckpointKey;
import dev.muster.storage.Database;
import dev.muster.storage.JournalTables.BatchRow;
import dev.muster.storage.JournalTables.JournalRow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Reads, verifies and exports a realm's journal, the log of every change. Every method requires `journal:read`.
public final class Journal {
    private static final int SLICE = 500;

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
    /// @param head the hash of the last entry, 64 hexadecimal digits; for an empty journal, the hash to which the
    ///     first entry will be chained
    public record Head(long seq, String head) {}

    /// Receives an export line by line.
    public interface Lines {
        void line(byte[] json) throws IOException;
    }

    /// Returns one page of the journal. A page examines at most 10,000 entries, so it may be short or empty even
    /// though another page follows. Without filters, the total is exact. With filters, it counts up to 10,000
    /// matches: about a subject, in the whole journal; otherwise, within the first 20,000 entries of the list.
    public Result<Page<JournalEntry>> page(Actor actor, long realm, JournalQuery query) {
        return read(
                actor,
                realm,
                query,
                (entries, total, part, _) -> new Page<>(entries, total.number(), total.isAtLeast(), part.next()));
    }

    /// Returns pages like [#page], oldest first, for callers that keep following the journal. Even the last page
    /// has a `next`, from which the caller can poll for newer entries. It is null only if the journal has no entry
    /// after `after`.
    public Result<Page<JournalEntry>> following(Actor actor, long realm, JournalQuery query) {
        if (query.order() != JournalQuery.Order.OLDEST_FIRST) {
            throw new IllegalArgumentException("only a journal read oldest first can be followed");
        }
        return read(actor, realm, query, (entries, total, part, end) -> {
            long seen = part.next() == null ? end : part.next();
            Long next = seen > (query.after() == null ? 0 : query.after()) ? seen : null;
            return new Page<>(entries, total.number(), total.isAtLeast(), next);
        });
    }

    private interface Paging {
        Page<JournalEntry> page(List<JournalEntry> entries, JournalSearch.Total total, JournalPart part, long end);
    }

    private Result<Page<JournalEntry>> read(Actor actor, long realm, JournalQuery query, Paging paging) {
        return StorageFailures.withScope(
                actor,
                Scope.JOURNAL_READ,
                () -> database.primaryOrStandby(realm).<Result<Page<JournalEntry>>>search(reads -> {
                    long last = reads.journal().present(realm).lastSeq();
                    JournalSearch search = JournalSearch.of(reads, realm, query, last);
                    JournalPart part = search.part();
                    JournalSearch.Total total = search.total(part.found());
                    List<JournalEntry> entries = new EntryReader(realmKeys.get(realm)).entries(reads, part.found());
                    long end = part.found().isEmpty()
                            ? last
                            : Math.max(last, part.found().getLast().seq());
                    return Result.ok(paging.page(entries, total, part, end));
                }));
    }

    public Result<Head> head(Actor actor, long realm) {
        return StorageFailures.withScope(actor, Scope.JOURNAL_READ, () -> Result.ok(head(realm)));
    }

    private Head head(long realm) {
        BatchRow present = database.read(reads -> reads.journal().present(realm));
        byte[] head = present.no() == 0 ? new EntrySealer().origin(realm) : present.head();
        return new Head(present.lastSeq(), HexFormat.of().formatHex(head));
    }

    /// Verifies the whole chain up to its current end, and compares it with the checkpoints in the database and in
    /// the folder. Refuses: Forbidden; Busy while this realm or two others are being verified or reconciled.
    public Result<ChainVerification> verify(Actor actor, long realm) {
        return StorageFailures.withScope(
                actor, Scope.JOURNAL_READ, () -> walks.withPermit(realm, () -> Result.ok(walk(realm, _ -> {}))));
    }

    /// Verifies like [#verify(Actor, long)], but for a caller that already has the permit.
    ///
    /// @param seen receives the number of the last verified entry from time to time
    Result<ChainVerification> verify(Actor actor, long realm, LongConsumer seen) {
        return StorageFailures.withScope(actor, Scope.JOURNAL_READ, () -> Result.ok(walk(realm, seen)));
    }

    /// Reads slices of a journal.
    private interface Entries {
        List<JournalRow> slice(long after, long upTo);
    }

    /// What a standby has damaged by itself is not wrong with the journal, so only the primary can prove it invalid.
    private ChainVerification walk(long realm, LongConsumer seen) {
        ChainVerification found = walk(
                realm,
                seen,
                (after, upTo) -> database.primaryOrStandby(realm)
                        .read(reads -> reads.journal().entries(realm, after, upTo, SLICE)));
        return found.valid() || !database.hasStandby()
                ? found
                : walk(
                        realm,
                        seen,
                        (after, upTo) -> database.read(reads -> reads.journal().entries(realm, after, upTo, SLICE)));
    }

    private ChainVerification walk(long realm, LongConsumer seen, Entries entries) {
        ChainVerifier walk = ChainVerifier.of(realmKeys.get(realm).key());
        // Read the checkpoints before the head. A checkpoint beyond the head then means that the journal was truncated,
        // and cannot be the result of a race.
        try (Checkpoints checkpoints = Checkpoints.of(database, folder, checkpointKey, realm)) {
            checkpoints.expectLast(walk);
            Head head = head(realm);
            if (head.seq() > 0) {
                walk.expect(head.seq(), head.head(), "the batch that ends the journal");
            }
            EntryFormat format = new EntryFormat();
            long after = 0;
            while (after < head.seq() && !walk.isBroken()) {
                List<JournalRow> slice = entries.slice(after, head.seq());
                if (slice.isEmpty()) {
                    break;
                }
                checkpoints.expectUpTo(slice.getLast().seq(), walk);
                for (JournalRow row : slice) {
                    if (walk.next(row.entry(), row.hash()) && !copiesMatch(format.read(row.entry()), row)) {
                        walk.badCopy(row.seq());
                    }
                    after = row.seq();
                }
                seen.accept(after);
            }
            entriesAfterEnd(realm).forEach(row -> walk.entriesAfterEnd(row.seq()));
            return FailedVerification.explain(walk.end(), database, folder, realm);
        } catch (IOException e) {
            throw new UncheckedIOException("the folder of checkpoints cannot be read", e);
        }
    }

    /// The first entry after the recorded end, which is read in the same snapshot as the end. There is none unless
    /// someone inserted it.
    private List<JournalRow> entriesAfterEnd(long realm) {
        return database.snapshot(reads -> {
            long last = reads.journal().present(realm).lastSeq();
            return reads.journal().entries(realm, last, Long.MAX_VALUE, 1);
        });
    }

    private static boolean copiesMatch(EntryFormat.Plain plain, JournalRow row) {
        return plain.realm() == row.realm()
                && plain.seq() == row.seq()
                && plain.at().equals(row.at())
                && plain.actor().equals(row.actor())
                && plain.subject().equals(row.subject())
                && plain.action().equals(row.action());
    }

    /// Exports every entry, in order, as a line of JSON: `{seq, entry, hash}`, with the exact bytes of the entry in
    /// Base64, followed by their decoded content. Only `entry` and `hash` are needed for verification. Returns the
    /// head of the exported part.
    public Result<Head> export(Actor actor, long realm, Lines lines) throws IOException {
        if (!actor.may(Scope.JOURNAL_READ)) {
            return Result.refused(Refusal.Forbidden.to(actor, Scope.JOURNAL_READ));
        }
        Head head = head(realm);
        long after = 0;
        while (after < head.seq()) {
            long from = after;
            List<JournalRow> slice = database.primaryOrStandby(realm)
                    .read(reads -> reads.journal().entries(realm, from, head.seq(), SLICE));
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

    /// What this server has signed about a realm's journal, according to its own folder.
    ///
    /// @param seq the number of the newest entry in the last checkpoint; 0 if there is no checkpoint yet
    /// @param at when it was signed; null if there is no checkpoint yet
    /// @param keyId identifies the key in each signed line
    /// @param publicKeyPem the key that verifies the lines
    public record Signed(long seq, @Nullable Instant at, String keyId, String publicKeyPem) {}

    public Result<Signed> signed(Actor actor, long realm) {
        return StorageFailures.withScope(actor, Scope.JOURNAL_READ, () -> {
            try {
                Checkpoint last = folder.last(realm)
                        .map(CheckpointFolder.LastLine::checkpoint)
                        .orElse(null);
                return Result.ok(new Signed(
                        last == null ? 0 : last.seq(),
                        last == null ? null : last.at(),
                        checkpointKey.id(),
                        checkpointKey.publicKeyPem()));
            } catch (IOException e) {
                throw new UncheckedIOException("the folder of checkpoints cannot be read", e);
            }
        });
    }

    /// Writes the signed checkpoints of all servers, in order, one per line, from the database, where old ones are
    /// thinned. Returns whether there were any.
    public Result<Boolean> checkpoints(Actor actor, long realm, OutputStream to) throws IOException {
        if (!actor.may(Scope.JOURNAL_READ)) {
            return Result.refused(Refusal.Forbidden.to(actor, Scope.JOURNAL_READ));
        }
        return Result.ok(Checkpoints.copy(database, realm, to));
    }

    /// Like [#checkpoints]. But if this is the only server, writes the folder's lines, which the database cannot
    /// alter.
    public Result<Boolean> bestCheckpoints(Actor actor, long realm, OutputStream to) throws IOException {
        return actor.may(Scope.JOURNAL_READ) && !database.isShared()
                ? Result.ok(folder.copy(realm, to))
                : checkpoints(actor, realm, to);
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
