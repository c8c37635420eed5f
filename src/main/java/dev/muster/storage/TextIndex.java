package dev.muster.storage;

import dev.muster.model.user.SearchText;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The index that large realms have for searches for a text, as upkeep keeps it: see docs/decisions/028. It
/// says for each part of a realm, a stretch of users' numbers, where every gram stands. Users registered
/// since follow behind what is indexed, and those whose texts changed are marked by the transaction that
/// changed them; both are looked at by every search until they are indexed here. Nothing is read within a
/// transaction that writes, and what is written goes in slices, so that lanes hardly wait.
///
/// Broken off at any moment it can be gone on with. Of two servers that do it at once, one gives way. For one
/// thread at a time.
public final class TextIndex {
    /// From how many users on a realm has an index. To look at so many takes ten milliseconds or so.
    static final long FROM = 5000;

    /// Users of a part: 8,192. A part is read and written back for every slice of users at its end, and for
    /// every user whose text changed; a search reads few things of every part.
    static final int PART_BITS = 13;

    /// How many users may wait at the end before they are worth it.
    private static final int MANY_NEW = 2048;

    /// How many marked users are.
    private static final int MANY_STALE = 256;

    /// How much goes into one transaction.
    static final int ROWS = 1000;

    private static final int BYTES = 256 << 10;

    private final ChoreStore choreStore;
    private final long from;
    private final int partBits;
    private final int rows;

    TextIndex(ChoreStore choreStore, long from, int partBits, int rows) {
        this.choreStore = choreStore;
        this.from = from;
        this.partBits = partBits;
        this.rows = rows;
    }

    /// A realm's row of `search_index`.
    record State(int partBits, long watched, long indexed, long turn, int format) {
        /// Whether it is of the texts and grams that this program makes.
        boolean isUsable() {
            return format == SearchText.VERSION;
        }

        long part(long number) {
            return (number - 1) >>> partBits;
        }

        /// The first number of a part.
        long start(long part) {
            return (part << partBits) + 1;
        }

        long end(long part) {
            return (part + 1) << partBits;
        }

        int place(long number) {
            return (int) ((number - 1) & ((1 << partBits) - 1));
        }
    }

    static @Nullable State state(Session session, long realm) {
        return session.one(
                "search_index",
                to -> to.number(realm),
                row -> new State(row.small(), row.number(), row.number(), row.number(), row.small()));
    }

    /// Whether a realm of so many users has an index, or soon will.
    public boolean isFor(long users) {
        return users >= from;
    }

    /// The realms after `after` that have an index or should have one; -1 to begin.
    public List<Long> realms(long after, int limit) {
        return choreStore.with(session ->
                session.list("search_large", to -> to.number(after).number(from).number(limit), Row::number));
    }

    /// Brings a realm's index up to date; makes it where a realm has grown large enough.
    ///
    /// @param wholly whether to do it for few users too
    /// @param goOn asked between two transactions
    public void catchUp(long realm, boolean wholly, BooleanSupplier goOn) {
        try {
            Work work = new Work(realm, goOn);
            if (work.begin()) {
                work.extend(wholly);
                work.refresh(wholly);
            }
        } catch (Stop stop) {
            // Another round, or another server, goes on.
        }
    }

    /// That this is not to go on, or that another server has done something since.
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stop() {
            super(null, null, false, false);
        }
    }

    private record Stale(long number, long version) {}

    private record Posting(long part, long gram, byte[] places) {}

    private final class Work {
        private final long realm;
        private final BooleanSupplier goOn;
        private State state = new State(partBits, 0, 0, 0, SearchText.VERSION);

        Work(long realm, BooleanSupplier goOn) {
            this.realm = realm;
            this.goOn = goOn;
        }

        /// Whether there is an index, by now.
        boolean begin() {
            State known = choreStore.with(session -> state(session, realm));
            if (known != null && known.format() > SearchText.VERSION) {
                // A newer server keeps it, and searches of this one do without.
                return false;
            }
            if (known != null && !known.isUsable()) {
                drop(known);
                known = null;
            }
            if (known == null) {
                if (present() < from) {
                    return false;
                }
                found();
                known = choreStore.with(session -> state(session, realm));
            }
            if (known == null) {
                return false;
            }
            state = known;
            return true;
        }

        /// Takes away the index of an earlier version; its postings go when it is made anew.
        private void drop(State old) {
            transaction(
                    true,
                    session -> session.update(
                            "search_index_drop", to -> to.number(realm).number(old.turn())));
        }

        /// The highest number given.
        private long present() {
            Rows.BatchRow last =
                    choreStore.with(session -> session.one("batch_last", to -> to.number(realm), Columns::batch));
            return last == null ? 0 : last.number();
        }

        /// An index that was taken away, to be made anew, may have left something.
        private void found() {
            Long part;
            do {
                part = choreStore.with(session ->
                        session.one("search_first_part", to -> to.number(realm).number(0), Row::number));
                Long left = part;
                if (left != null) {
                    transaction(
                            true,
                            session -> session.update(
                                    "search_clear",
                                    to -> to.number(realm).number(left).number(realm)));
                }
            } while (part != null);
            transaction(true, session -> {
                session.update(
                        "search_clear_stale", to -> to.number(realm).number(0).number(realm));
                return session.update(
                        "search_index_insert",
                        to -> to.number(realm).small(partBits).small(SearchText.VERSION));
            });
        }

        /// Users whose texts changed, part by part. What an erased person left goes here.
        void refresh(boolean wholly) {
            List<Stale> some = stale(0, state.indexed(), MANY_STALE);
            if (some.isEmpty() || (!wholly && some.size() < MANY_STALE)) {
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
            return choreStore.with(session -> session.list(
                    "search_stale",
                    to -> to.number(realm).number(after).number(upTo).number(limit),
                    row -> new Stale(row.number(), row.number())));
        }

        /// Texts are read after the marks: who changes again in the meantime keeps their mark, as its version is
        /// another.
        private void refresh(long part, List<Stale> some) {
            Map<Long, String> texts = new TreeMap<>();
            choreStore.with(session -> session.list(
                    "users_texts",
                    to -> to.values("bigint", some.stream().map(Stale::number).toList())
                            .number(realm),
                    row -> texts.put(row.number(), row.text())));
            revise(part, texts);
            write(true, state.watched(), state.indexed(), session -> {
                session.batch(
                        "search_unmark",
                        some,
                        -1,
                        (to, row) -> to.number(realm).number(row.number()).number(row.version()));
                return some.size();
            });
        }

        /// Users behind what is indexed. From before their texts are read, changes of them are marked.
        void extend(boolean wholly) {
            long present = present();
            if (!wholly && present - state.indexed() < MANY_NEW) {
                return;
            }
            while (state.indexed() < present) {
                long part = state.part(state.indexed() + 1);
                long end = Math.min(present, state.end(part));
                if (state.watched() < end) {
                    write(true, end, state.indexed(), _ -> 0);
                }
                long upTo = Math.min(state.watched(), state.end(part));
                Map<Long, String> texts = new TreeMap<>();
                choreStore.with(session -> session.list(
                        "users_scanned",
                        to -> to.number(realm).number(state.indexed()).number(upTo - state.indexed()),
                        row -> texts.put(row.number(), row.text())));
                revise(part, texts);
                write(true, state.watched(), upTo, _ -> 0);
            }
        }

        /// Makes the postings of a part say of these users what their texts are, and nothing else.
        private void revise(long part, Map<Long, String> texts) {
            BitSet users = new BitSet();
            Map<Long, PostingList> more = new TreeMap<>();
            texts.forEach((number, text) -> {
                int user = state.place(number);
                users.set(user);
                Trigrams.of(
                        Trigrams.folded(text),
                        (gram, place) -> more.computeIfAbsent(gram, _ -> new PostingList())
                                .add(user, place));
            });
            List<Posting> changed = new ArrayList<>();
            choreStore.with(session ->
                    session.list("search_part", to -> to.number(realm).number(part), row -> {
                        long gram = row.number();
                        byte[] after = PostingList.revised(row.bytes(), users, more.remove(gram));
                        return after != null && changed.add(new Posting(part, gram, after));
                    }));
            more.forEach((gram, places) -> changed.add(new Posting(part, gram, places.packed())));
            changed.sort((a, b) -> Long.compare(a.gram(), b.gram()));
            for (int done = 0; done < changed.size(); ) {
                int end = done;
                int bytes = 0;
                while (end < changed.size() && end - done < rows && bytes < BYTES) {
                    bytes += changed.get(end++).places().length;
                }
                write(changed.subList(done, end));
                done = end;
            }
        }

        private void write(List<Posting> some) {
            List<Posting> gone =
                    some.stream().filter(row -> row.places().length == 0).toList();
            List<Posting> kept =
                    some.stream().filter(row -> row.places().length > 0).toList();
            write(false, state.watched(), state.indexed(), session -> {
                session.batch(
                        "search_drop",
                        gone,
                        -1,
                        (to, row) -> to.number(realm).number(row.part()).number(row.gram()));
                session.batch(
                        "search_put",
                        kept,
                        -1,
                        (to, row) -> to.number(realm)
                                .number(row.part())
                                .number(row.gram())
                                .bytes(row.places()));
                return some.size();
            });
        }

        /// One transaction, the next turn of the index; none if another server had a turn in between.
        ///
        /// @param alone whether no lane may write in the realm meanwhile
        private void write(boolean alone, long watched, long indexed, Function<Session, Integer> work) {
            long turn = state.turn();
            boolean[] mine = {false};
            transaction(alone, session -> {
                mine[0] = session.update(
                                "search_index_update",
                                to -> to.number(watched)
                                        .number(indexed)
                                        .number(realm)
                                        .number(turn))
                        == 1;
                return mine[0] ? work.apply(session) : 0;
            });
            if (!mine[0]) {
                throw new Stop();
            }
            state = new State(state.partBits(), watched, indexed, turn + 1, state.format());
        }

        private void transaction(boolean alone, Function<Session, Integer> work) {
            if (!goOn.getAsBoolean()) {
                throw new Stop();
            }
            if (alone) {
                choreStore.writeIn(Set.of(realm), work);
            } else {
                choreStore.write(work);
            }
        }
    }
}
