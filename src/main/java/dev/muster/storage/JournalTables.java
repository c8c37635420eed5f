package dev.muster.storage;

import dev.muster.model.Counters;
import dev.muster.model.Event;
import dev.muster.model.UnreadableException;
import dev.muster.model.credential.ActorRef;
import dev.muster.storage.sql.DatabaseKind;
import dev.muster.storage.sql.JsonKeys;
import dev.muster.storage.sql.Parameters;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads and writes the journal: its entries, the batches in which they were committed, its checkpoints, and the
/// results of its verification. Also reads and writes answered requests and signatures.
public final class JournalTables {
    private static final int HEAD_BYTES = 32;

    /// How many of a realm's batches are kept.
    private static final int MIN_BATCHES = 100;

    /// How long each batch is kept. A server that lost the answer to a commit looks for it for up to half a minute.
    private static final Duration RETENTION = Duration.ofMinutes(1);

    /// Each time a realm has written this many batches, its old ones are deleted, at most 100 at a time. Without that
    /// limit, each deletion would examine all batches of the last minute, which took a tenth of the time of a busy
    /// realm's writes.
    private static final int BATCHES_PER_TRIM = 25;

    private final Session session;

    JournalTables(Session session) {
        this.session = session;
    }

    /// Requests that were committed together. A realm's last batch holds its current state.
    ///
    /// @param no the number of the batch in its realm, counting from 1; 0 if there is none yet
    /// @param txn a random id of the attempt to commit, used to find out later whether it succeeded
    /// @param head the journal's hash after `lastSeq`
    /// @param number the highest user number assigned
    /// @param counters the counters; null if the row is unreadable, in which case [#counters] throws
    public record BatchRow(
            long realm,
            long no,
            UUID txn,
            long firstSeq,
            long lastSeq,
            byte[] head,
            long number,
            @Nullable Counters counters,
            Instant at)
            implements StoredRow {
        /// The state of a new realm.
        public static BatchRow none(long realm) {
            return new BatchRow(realm, 0, new UUID(0, 0), 1, 0, new byte[0], 0, Counters.ZERO, Instant.EPOCH);
        }

        @Override
        public boolean readable() {
            return counters != null;
        }

        /// The counters.
        ///
        /// @throws UnreadableException if the row is unreadable; nothing can be written to the realm then
        @Override
        public Counters counters() {
            if (counters == null) {
                throw unreadable();
            }
            return counters;
        }

        @Override
        public UnreadableException unreadable() {
            return new UnreadableException("realm", Long.toString(realm));
        }

        private void insert(Parameters to) throws SQLException {
            to.number(realm)
                    .number(no)
                    .uuid(txn)
                    .number(firstSeq)
                    .number(lastSeq)
                    .bytes(head);
            to.number(number).text(counters().text()).instant(at);
        }

        static BatchRow read(Row row) throws SQLException {
            long realm = row.number();
            long no = row.number();
            UUID txn = row.uuid();
            long firstSeq = row.number();
            long lastSeq = row.number();
            byte[] head = row.bytes();
            long number = row.number();
            Counters counters = JournalTables.counters(row);
            Instant at = row.instant();
            boolean readable = !row.isAltered() && head.length == HEAD_BYTES;
            return new BatchRow(realm, no, txn, firstSeq, lastSeq, head, number, readable ? counters : null, at);
        }
    }

    /// The state after the last batch of a day.
    ///
    /// @param day the day in UTC, as the number of days since 1970-01-01
    /// @param number the highest user number assigned, as in [BatchRow]
    /// @param readable whether the counters could be read; otherwise they are all zero
    public record DayEndRow(long realm, long day, long number, Counters counters, boolean readable)
            implements StoredRow {
        /// Creates a row to write.
        public DayEndRow(long realm, long day, long number, Counters counters) {
            this(realm, day, number, counters, true);
        }

        @Override
        public UnreadableException unreadable() {
            return new UnreadableException("day", Long.toString(day));
        }

        private void insert(Parameters to) throws SQLException {
            to.number(realm).number(day).number(number).text(counters.text());
        }

        private static DayEndRow read(Row row) throws SQLException {
            return new DayEndRow(
                    row.number(), row.number(), row.number(), JournalTables.counters(row), !row.isAltered());
        }
    }

    /// Reads the counters in the next column. If they cannot be parsed, marks the row as altered and returns zeros.
    private static Counters counters(Row row) throws SQLException {
        try {
            return Counters.parse(row.text());
        } catch (NumberFormatException e) {
            return row.altered(Counters.ZERO);
        }
    }

    /// A journal entry. `entry` and `hash` are authoritative; the other fields are copies for lookups.
    public record JournalRow(
            long realm,
            long seq,
            byte[] entry,
            byte[] hash,
            Instant at,
            ActorRef actor,
            String action,
            Event.Subject subject) {
        private void insert(Parameters to) throws SQLException {
            to.number(realm).number(seq).bytes(entry).bytes(hash).instant(at);
            to.code(actor.kind()).uuid(actor.id()).text(action);
            to.code(subject.type()).uuid(subject.id());
        }

        static JournalRow read(Row row) throws SQLException {
            return new JournalRow(
                    row.number(),
                    row.number(),
                    row.bytes(),
                    row.bytes(),
                    row.instant(),
                    new ActorRef(row.coded(ActorRef.Kind.CODES), row.uuid()),
                    row.text(),
                    JournalTables.subject(row));
        }
    }

    private static Event.Subject subject(Row row) throws SQLException {
        return new Event.Subject(row.coded(Event.Subject.Type.CODES), row.uuid());
    }

    /// A signed checkpoint of a realm's journal up to `seq`.
    public record CheckpointRow(long realm, long seq, byte[] head, Instant at, String line) {
        void insert(Parameters to) throws SQLException {
            to.number(realm).number(seq).bytes(head).instant(at).text(line);
        }

        private static CheckpointRow read(Row row) throws SQLException {
            return new CheckpointRow(row.number(), row.number(), row.bytes(), row.instant(), row.text());
        }
    }

    /// The result of the last verification of a realm's journal.
    ///
    /// @param head the hash of the last verified entry, as 64 hexadecimal digits
    /// @param firstBad the first invalid entry; null, like `reason`, if all entries are valid
    public record VerificationRow(
            long realm,
            Instant at,
            long entries,
            String head,
            @Nullable Long firstBad,
            @Nullable String reason) {
        private static VerificationRow read(Row row) throws SQLException {
            return new VerificationRow(
                    row.number(), row.instant(), row.number(), row.text(), row.numberOrNull(), row.textOrNull());
        }
    }

    /// A stored response to a request with an idempotency key.
    ///
    /// @param actor the actor who sent the request
    /// @param key the first 16 bytes of the key's SHA-256 hash
    /// @param request the SHA-256 hash of the dialect, target and commands
    /// @param seq the realm's last journal entry when the request was answered
    /// @param subject the subject of the request; together with `seq` and `at` it suffices to rebuild the response
    /// @param readable whether the subject is valid; otherwise [#subject] throws
    public record RetryRow(
            long realm,
            UUID actor,
            byte[] key,
            byte[] request,
            long seq,
            Instant at,
            Event.Subject subject,
            boolean readable) {
        /// Creates a row to write.
        public RetryRow(
                long realm, UUID actor, byte[] key, byte[] request, long seq, Instant at, Event.Subject subject) {
            this(realm, actor, key, request, seq, at, subject, true);
        }

        /// The subject of the request.
        ///
        /// @throws UnreadableException if the row is unreadable
        @Override
        public Event.Subject subject() {
            if (!readable) {
                throw new UnreadableException("answer", subject.id().toString());
            }
            return subject;
        }

        private void insert(Parameters to) throws SQLException {
            to.number(realm).uuid(actor).bytes(key).bytes(request).number(seq).instant(at);
            to.code(subject.type()).uuid(subject.id());
        }

        private static RetryRow read(Row row) throws SQLException {
            return new RetryRow(
                    row.number(),
                    row.uuid(),
                    row.bytes(),
                    row.bytes(),
                    row.number(),
                    row.instant(),
                    JournalTables.subject(row),
                    !row.isAltered());
        }
    }

    /// The signature of a request.
    ///
    /// @param signature the first 16 bytes of the signature's SHA-256 hash
    /// @param request the first 16 bytes of the SHA-256 hash of the request that first used the signature
    public record SignatureRow(long realm, byte[] signature, byte[] request, Instant at) {
        private void insert(Parameters to) throws SQLException {
            to.number(realm).bytes(signature).bytes(request).instant(at);
        }

        private static SignatureRow read(Row row) throws SQLException {
            return new SignatureRow(row.number(), row.bytes(), row.bytes(), row.instant());
        }
    }

    /// The realm's last batch; [BatchRow#none] if the realm is new.
    public BatchRow present(long realm) {
        BatchRow last = session.one("batch_last", BatchRow::read, realm);
        return last == null ? BatchRow.none(realm) : last;
    }

    /// Entries after `after` up to and including `upTo`, in order.
    public List<JournalRow> entries(long realm, long after, long upTo, int limit) {
        return session.list("journal_page", JournalRow::read, realm, after, upTo, limit);
    }

    /// Entries about one subject with a number below `before`, newest first.
    public List<JournalRow> history(long realm, UUID subject, long before, int limit) {
        return session.list("journal_of_subject", JournalRow::read, realm, subject, before, limit);
    }

    /// Entries about one subject with a number above `after`, in order.
    public List<JournalRow> entriesAfter(long realm, UUID subject, long after, int limit) {
        return session.list("journal_of_subject_onwards", JournalRow::read, realm, subject, after, limit);
    }

    /// The newest entries about each of these subjects with a number above `after`, at most `limit` per subject, in
    /// any order.
    public List<JournalRow> newest(long realm, Collection<UUID> subjects, long after, int limit) {
        return session.kind() == DatabaseKind.POSTGRES
                ? session.list("journal_of_subjects", JournalRow::read, subjects, realm, after, limit)
                : session.list("journal_of_subjects", JournalRow::read, subjects, realm, after, realm, limit - 1);
    }

    /// The number of the last journal entry of each of these realms, by realm. Realms without entries are omitted.
    public Map<Long, Long> heads(Collection<Long> realms) {
        Map<Long, Long> heads = new HashMap<>();
        session.list("journal_heads", row -> heads.put(row.number(), row.number()), realms);
        return heads;
    }

    /// The result of the last verification of a realm's journal; null if there is none.
    public @Nullable VerificationRow verification(long realm) {
        return session.one("verification_of_realm", VerificationRow::read, realm);
    }

    /// The ends of days in order, starting with the last one before `from`. Runs two statements.
    ///
    /// @param from the first day in UTC, as the number of days since 1970-01-01
    public List<DayEndRow> dayEnds(long realm, long from) {
        List<DayEndRow> ends = session.list("day_end_before", DayEndRow::read, realm, from);
        ends.addAll(session.list("day_ends", DayEndRow::read, realm, from));
        return ends;
    }

    /// A realm's last checkpoint; null if there is none.
    public @Nullable CheckpointRow checkpoint(long realm) {
        return session.one("checkpoint_last", CheckpointRow::read, realm);
    }

    /// A realm's checkpoints in order. Two servers may have signed the same entry.
    ///
    /// @param after the last checkpoint of the previous slice; null to begin
    public List<CheckpointRow> checkpoints(long realm, @Nullable CheckpointRow after, int limit) {
        long seq = after == null ? 0 : after.seq;
        Instant at = after == null ? Instant.EPOCH : after.at;
        return session.list("checkpoints_of_realm", CheckpointRow::read, realm, seq, at, limit);
    }

    // Loading and saving for lanes

    /// @param retries the responses to look for; only their realm, actor and key are used
    /// @param signatures the signatures to look for; only their realm and signature are used
    void load(Collection<RetryRow> retries, Collection<SignatureRow> signatures, LoadedRows loaded) {
        loaded.retries.addAll(
                session.kind() == DatabaseKind.POSTGRES
                        ? session.list(
                                "retries_by_key",
                                RetryRow::read,
                                retries.stream().map(RetryRow::realm).toList(),
                                retries.stream().map(RetryRow::actor).toList(),
                                retries.stream().map(RetryRow::key).toList())
                        : session.list("retries_by_key", RetryRow::read, hexadecimal(retries)));
        Map<Long, List<byte[]>> byRealm = new LinkedHashMap<>();
        for (SignatureRow row : signatures) {
            byRealm.computeIfAbsent(row.realm, _ -> new ArrayList<>()).add(row.signature);
        }
        loaded.signatures.addAll(session.list("signatures_by_signature", SignatureRow::read, byRealm));
    }

    /// Returns each realm's pairs of actor and key in hexadecimal, as the SQLite statement compares them.
    private static Map<Long, List<String>> hexadecimal(Collection<RetryRow> retries) {
        Map<Long, List<String>> byRealm = new LinkedHashMap<>();
        for (RetryRow row : retries) {
            byRealm.computeIfAbsent(row.realm, _ -> new ArrayList<>())
                    .add(JsonKeys.hex(row.actor) + JsonKeys.hex(row.key));
        }
        return byRealm;
    }

    void save(Batch batch) {
        session.batch("journal_insert", batch.journal, 1, JournalRow::insert);
        session.batch("retry_insert", batch.retries, 1, RetryRow::insert);
        session.batch("signature_insert", batch.signatures, -1, SignatureRow::insert);
        session.batch("batch_insert", batch.batches, 1, BatchRow::insert);
        session.batch("day_end_insert", batch.dayEnds, 1, DayEndRow::insert);
        List<BatchRow> due = batch.batches.stream()
                .filter(row -> row.no % BATCHES_PER_TRIM == 0 && row.no > MIN_BATCHES)
                .toList();
        session.batch(
                "batch_trim",
                due,
                -1,
                (row, to) -> to.number(row.realm)
                        .number(row.realm)
                        .number(row.no - MIN_BATCHES)
                        .instant(row.at.minus(RETENTION)));
    }
}
