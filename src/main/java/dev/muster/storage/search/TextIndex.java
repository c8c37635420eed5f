package dev.muster.storage.search;

import dev.muster.model.user.SearchText;
import dev.muster.storage.engine.ChoreWriter;
import dev.muster.storage.sql.Row;
import dev.muster.storage.sql.Session;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Maintains the text search indexes of large realms; see docs/decisions/028. A realm is divided into parts, which are
/// ranges of user numbers. For each part, the index has a [PostingList] for every trigram. New users are beyond the end
/// of the index, and a transaction that changes a user's text marks the user; every search scans both until this class
/// has indexed them. Nothing is read within a writing transaction, and writes are split into small transactions, so
/// lanes hardly have to wait.
///
/// The work can be interrupted at any time and continued later. If two servers work on the same index, one of them
/// stops. Not thread-safe.
public final class TextIndex {
    /// The minimum number of users for which a realm gets an index. Scanning that many takes about ten
    /// milliseconds.
    public static final long FROM = 5000;

    /// Determines the number of users in a part, which is 8,192. A part is read and written back whenever users are
    /// added at its end or changed users are reindexed; a search reads a few rows of every part.
    private static final int PART_BITS = 13;

    /// The number of new users that makes extending the index worthwhile.
    private static final int MIN_NEW_USERS = 2048;

    /// The number of marked users that makes reindexing them worthwhile.
    private static final int MIN_STALE_USERS = 256;

    // Limits for one transaction.

    private static final int BATCH_SIZE = 1000;
    private static final int BYTES = 256 << 10;

    private final ChoreWriter writer;
    private final long from;
    private final int partBits;
    private final int rows;

    /// @param from the minimum number of users for which a realm gets an index
    public TextIndex(ChoreWriter writer, long from) {
        this(writer, from, PART_BITS, BATCH_SIZE);
    }

    /// Creates an instance for tests with small realms.
    ///
    /// @param rows the maximum number of rows that one transaction may write
    TextIndex(ChoreWriter writer, long from, int partBits, int rows) {
        this.writer = writer;
        this.from = from;
        this.partBits = partBits;
        this.rows = rows;
    }

    /// A realm's row of `search_index`.
    record State(int partBits, long watched, long indexed, long turn, int format) {
        /// Whether the index was built with this program's version of the trigrams.
        boolean isUsable() {
            return format == SearchText.VERSION;
        }

        long part(long number) {
            return (number - 1) >>> partBits;
        }

        /// The first user number of a part.
        long start(long part) {
            return (part << partBits) + 1;
        }

        long end(long part) {
            return (part + 1) << partBits;
        }

        /// A user's offset within the part.
        int offset(long number) {
            return (int) ((number - 1) & ((1 << partBits) - 1));
        }
    }

    static @Nullable State state(Session session, long realm) {
        return session.one(
                "search_index",
                row -> new State(row.small(), row.number(), row.number(), row.number(), row.small()),
                realm);
    }

    /// Whether a realm with that many users has an index, or will have one soon.
    public boolean isFor(long users) {
        return users >= from;
    }

    /// Returns the realms after `after` that have an index or should have one; pass -1 to begin.
    public List<Long> realms(long after, int limit) {
        return writer.with(session -> session.list("search_large", Row::number, after, from, limit));
    }

    /// Brings a realm's index up to date. Creates it if the realm has become large enough.
    ///
    /// @param wholly whether to index even a small number of changes
    /// @param goOn called before each transaction; the work stops if it returns false
    public void catchUp(long realm, boolean wholly, BooleanSupplier goOn) {
        try {
            Work work = new Work(realm, goOn);
            if (work.begin()) {
                work.extend(wholly);
                work.refresh(wholly);
            }
        } catch (StoppedException stop) {
            // A later run, or another server, will continue.
        }
    }

    /// Thrown to stop the work because `goOn` returned false or another server changed the index.
    private static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        StoppedException() {
            super(null, null, false, false);
        }
    }

    private record Stale(long number, long version) {}

    /// A changed row of the index.
    ///
    /// @param postings a packed [PostingList]; empty to delete the row
    private record Changed(long part, long trigram, byte[] postings) {}

    private final class Work {
        private final long realm;
        private final BooleanSupplier goOn;
        private State state = new State(partBits, 0, 0, 0, SearchText.VERSION);

        Work(long realm, BooleanSupplier goOn) {
            this.realm = realm;
            this.goOn = goOn;
        }

        /// Creates the index if needed. Returns whether there is a usable index.
        boolean begin() {
            State known = writer.with(session -> state(session, realm));
            if (known != null && known.format() > SearchText.VERSION) {
                // A newer server maintains this index, and this server searches without it.
                return false;
            }
            if (known != null && !known.isUsable()) {
                drop(known);
                known = null;
            }
            if (known == null) {
                if (lastNumber() < from) {
                    return false;
                }
                create();
                known = writer.with(session -> state(session, realm));
            }
            if (known == null) {
                return false;
            }
            state = known;
            return true;
        }

        /// Drops an index that an earlier version built. [#create] deletes its postings.
        private void drop(State old) {
            transaction(true, session -> session.update("search_index_drop", realm, old.turn()));
        }

        /// Returns the realm's highest user number.
        private long lastNumber() {
            // The number is in the seventh column; the others are not read.
            Long number = writer.with(
                    session -> session.one("batch_last", row -> row.skip(6).number(), realm));
            return number == null ? 0 : number;
        }

        private void create() {
            for (Long left = firstPart(); left != null; left = firstPart()) {
                long part = left;
                transaction(true, session -> session.update("search_clear", realm, part, realm));
            }
            transaction(true, session -> {
                session.update("search_clear_stale", realm, 0L, realm);
                return session.update("search_index_insert", realm, partBits, SearchText.VERSION);
            });
        }

        /// Returns the first part that still has postings of a dropped index; null if there is none.
        private @Nullable Long firstPart() {
            return writer.with(session -> session.one("search_first_part", Row::number, realm, 0L));
        }

        /// Reindexes changed users, part by part. This also removes the texts of erased users from the index.
        void refresh(boolean wholly) {
            List<Stale> some = stale(0, state.indexed(), MIN_STALE_USERS);
            if (some.isEmpty() || (!wholly && some.size() < MIN_STALE_USERS)) {
                return;
            }
            long after = 0;
            while (!some.isEmpty()) {
                long part = state.part(some.getFirst().number());
                long end = Math.min(state.end(part), state.indexed());
                refresh(part, stale(after, end, 1 << state.partBits()));
                after = end;
                some = stale(after, state.indexed(), 1);
            }
        }

        private List<Stale> stale(long after, long upTo, int limit) {
            return writer.with(session -> session.list(
                    "search_stale", row -> new Stale(row.number(), row.number()), realm, after, upTo, limit));
        }

        /// Reindexes marked users. Their texts are read after the marks: a user that changes again in the
        /// meantime stays marked, because the mark's version then differs.
        private void refresh(long part, List<Stale> some) {
            List<Long> numbers = some.stream().map(Stale::number).toList();
            revise(part, texts("users_texts", numbers, realm));
            write(true, state.watched(), state.indexed(), session -> {
                session.batch(
                        "search_unmark",
                        some,
                        -1,
                        (row, to) -> to.number(realm).number(row.number()).number(row.version()));
                return some.size();
            });
        }

        /// Returns the searchable texts that a statement finds, by user number.
        private Map<Long, String> texts(String statement, Object... parameters) {
            Map<Long, String> texts = new TreeMap<>();
            writer.with(session -> session.list(statement, row -> texts.put(row.number(), row.text()), parameters));
            return texts;
        }

        /// Indexes users beyond the end of the index. Changes to these users are marked from a time before
        /// their texts are read, so no change is missed.
        void extend(boolean wholly) {
            long present = lastNumber();
            if (!wholly && present - state.indexed() < MIN_NEW_USERS) {
                return;
            }
            while (state.indexed() < present) {
                long part = state.part(state.indexed() + 1);
                long end = Math.min(present, state.end(part));
                if (state.watched() < end) {
                    write(true, end, state.indexed(), _ -> 0);
                }
                long upTo = Math.min(state.watched(), state.end(part));
                revise(part, texts("users_scanned", realm, state.indexed(), upTo - state.indexed()));
                write(true, state.watched(), upTo, _ -> 0);
            }
        }

        /// Replaces these users' postings in a part.
        private void revise(long part, Map<Long, String> texts) {
            BitSet users = new BitSet();
            Map<Long, PostingList> added = new TreeMap<>();
            texts.forEach((number, text) -> {
                int user = state.offset(number);
                users.set(user);
                Trigrams.of(
                        Trigrams.folded(text),
                        (trigram, offset) -> added.computeIfAbsent(trigram, _ -> new PostingList())
                                .add(user, offset));
            });
            List<Changed> changed = new ArrayList<>();
            writer.with(session -> session.list(
                    "search_part",
                    row -> {
                        long trigram = row.number();
                        byte[] after = PostingList.revised(row.bytes(), users, added.remove(trigram));
                        return after != null && changed.add(new Changed(part, trigram, after));
                    },
                    realm,
                    part));
            added.forEach((trigram, postings) -> changed.add(new Changed(part, trigram, postings.packed())));
            changed.sort((a, b) -> Long.compare(a.trigram(), b.trigram()));
            for (int done = 0; done < changed.size(); ) {
                int end = done;
                int bytes = 0;
                while (end < changed.size() && end - done < rows && bytes < BYTES) {
                    bytes += changed.get(end++).postings().length;
                }
                write(changed.subList(done, end));
                done = end;
            }
        }

        private void write(List<Changed> some) {
            List<Changed> deleted =
                    some.stream().filter(row -> row.postings().length == 0).toList();
            List<Changed> put =
                    some.stream().filter(row -> row.postings().length > 0).toList();
            write(false, state.watched(), state.indexed(), session -> {
                session.batch(
                        "search_drop",
                        deleted,
                        -1,
                        (row, to) -> to.number(realm).number(row.part()).number(row.trigram()));
                session.batch(
                        "search_put",
                        put,
                        -1,
                        (row, to) -> to.number(realm)
                                .number(row.part())
                                .number(row.trigram())
                                .bytes(row.postings()));
                return some.size();
            });
        }

        /// Runs one transaction and advances the index's turn.
        ///
        /// @param alone whether to lock the realm against lanes
        /// @throws Stop if another server has advanced the turn in the meantime; then nothing is written
        private void write(boolean alone, long watched, long indexed, ToIntFunction<Session> work) {
            long turn = state.turn();
            boolean[] mine = {false};
            transaction(alone, session -> {
                mine[0] = session.update("search_index_update", watched, indexed, realm, turn) == 1;
                return mine[0] ? work.applyAsInt(session) : 0;
            });
            if (!mine[0]) {
                throw new StoppedException();
            }
            state = new State(state.partBits(), watched, indexed, turn + 1, state.format());
        }

        private void transaction(boolean alone, ToIntFunction<Session> work) {
            if (!goOn.getAsBoolean()) {
                throw new StoppedException();
            }
            if (alone) {
                writer.writeIn(Set.of(realm), work);
            } else {
                writer.write(work);
            }
        }
    }
}
