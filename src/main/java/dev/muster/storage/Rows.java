package dev.muster.storage;

import dev.muster.model.ActorRef;
import dev.muster.model.ApiKey;
import dev.muster.model.Event;
import dev.muster.model.Operator;
import dev.muster.model.Realm;
import dev.muster.model.User;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The rows of the realm tables, as storage takes and gives them.
public sealed interface Rows {
    /// A group of requests that was committed: the realm's last one is its present.
    ///
    /// @param no counts the realm's batches from 1; 0 for a realm that has none yet
    /// @param txn drawn at random for each attempt to commit, so that a lost answer can be found out
    /// @param head the journal's hash after `lastSeq`
    /// @param number the highest user number given
    /// @param counters as [dev.muster.model.Counters#values] gives them
    record BatchRow(
            long realm,
            long no,
            UUID txn,
            long firstSeq,
            long lastSeq,
            byte[] head,
            long number,
            long[] counters,
            Instant at)
            implements Rows {}

    /// A user. The cards of `user` are empty: they are in `sealedCards`, sealed.
    ///
    /// @param seed from which the user's sealing key is made; null once erased
    /// @param sealedCards null when there are none
    record UserRow(long realm, User user, byte @Nullable [] seed, byte @Nullable [] sealedCards) implements Rows {}

    /// The fingerprint of a barred identifier, and of whom.
    record BarRow(long realm, byte[] fingerprint, UUID user) implements Rows {}

    /// The fingerprint of a card's number, and one who holds it.
    record CardRow(long realm, byte[] fingerprint, UUID user) implements Rows {}

    /// A key. The secret of `key` is null: it is in `sealedSecret`.
    record KeyRow(long realm, ApiKey key, byte[] sealedSecret) implements Rows {}

    /// An operator.
    ///
    /// @param seed from which the operator's sealing key is made
    record OperatorRow(long realm, Operator operator, byte[] seed) implements Rows {}

    /// A realm.
    ///
    /// @param wrappedKey the realm's keys, wrapped by a master key
    record RealmRow(Realm realm, byte[] wrappedKey) implements Rows {}

    /// A journal entry: its bytes and its hash are the entry, the rest are copies to look it up by.
    record JournalRow(
            long realm,
            long seq,
            byte[] entry,
            byte[] hash,
            Instant at,
            ActorRef actor,
            String action,
            Event.Subject subject)
            implements Rows {}

    /// What was answered under an idempotency key.
    ///
    /// @param actor whose key it is
    /// @param key the first 16 bytes of the key's SHA-256
    /// @param request SHA-256 of dialect, target and commands
    /// @param seq the realm's last journal entry when it was answered
    /// @param subject what the request was about: with `seq` and `at`, the answer can be made again
    record RetryRow(long realm, UUID actor, byte[] key, byte[] request, long seq, Instant at, Event.Subject subject)
            implements Rows {}

    /// A signed statement of where a realm's journal stood.
    record CheckpointRow(long realm, long seq, byte[] head, Instant at, String line) implements Rows {}
}
