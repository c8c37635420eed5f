package dev.muster.storage;

import dev.muster.model.Counters;
import dev.muster.model.Event;
import dev.muster.model.UnreadableException;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Operator;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.job.JobType;
import dev.muster.model.job.Outcome;
import dev.muster.model.tenant.Quotas;
import dev.muster.model.tenant.Realm;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.User;
import dev.muster.model.value.Coded;
import dev.muster.model.value.Codes;
import dev.muster.model.value.Digest;
import dev.muster.model.value.Identifier;
import java.math.BigDecimal;
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
    /// @param readable whether the counters can be read; else [#counters] throws
    record BatchRow(
            long realm,
            long no,
            UUID txn,
            long firstSeq,
            long lastSeq,
            byte[] head,
            long number,
            Counters counters,
            Instant at,
            boolean readable)
            implements Rows {
        /// A row to write.
        public BatchRow(
                long realm,
                long no,
                UUID txn,
                long firstSeq,
                long lastSeq,
                byte[] head,
                long number,
                Counters counters,
                Instant at) {
            this(realm, no, txn, firstSeq, lastSeq, head, number, counters, at, true);
        }

        /// The counters.
        ///
        /// @throws UnreadableException when the row is not readable: then nothing is written to the realm
        @Override
        public Counters counters() {
            if (!readable) {
                throw unreadable();
            }
            return counters;
        }

        /// Why a row that is not readable cannot be used.
        public UnreadableException unreadable() {
            return new UnreadableException("realm", Long.toString(realm));
        }
    }

    /// A user. The cards of `user` are empty: they are in `sealedCards`, sealed.
    ///
    /// @param seed from which the user's sealing key is made; null once erased
    /// @param sealedCards null when there are none
    /// @param readable whether each column holds what some version writes; else [#user] throws
    record UserRow(long realm, User user, byte @Nullable [] seed, byte @Nullable [] sealedCards, boolean readable)
            implements Rows {
        /// A row to write.
        public UserRow(long realm, User user, byte @Nullable [] seed, byte @Nullable [] sealedCards) {
            this(realm, user, seed, sealedCards, true);
        }

        /// The user.
        ///
        /// @throws UnreadableException when the row is not readable: then nothing is to be decided by it
        @Override
        public User user() {
            if (!readable) {
                throw unreadable();
            }
            return user;
        }

        /// The user's id, also of a row that is not readable.
        public UUID id() {
            return user.id();
        }

        /// The user's number, also of a row that is not readable.
        public long number() {
            return user.number();
        }

        /// The user's identifier of that kind, or null; also of a row that is not readable.
        public @Nullable Identifier identifier(Identifier.Kind kind) {
            return user.identifier(kind);
        }

        /// Why a row that is not readable cannot be used.
        public UnreadableException unreadable() {
            return new UnreadableException("user", user.id().toString());
        }
    }

    /// What root has set for a realm.
    ///
    /// @param mac over all of it
    record QuotaRow(long realm, Quotas quotas, byte @Nullable [] mac) implements Rows {}

    /// The fingerprint of a barred identifier, and of whom.
    record BarRow(long realm, byte[] fingerprint, UUID user) implements Rows {}

    /// The fingerprint of a card's number, and one who holds it.
    record CardRow(long realm, byte[] fingerprint, UUID user) implements Rows {}

    /// A key. The secret of `key` is null: it is in `sealedSecret`.
    ///
    /// @param mac over all that the row decides by; null in a row that was written before there were MACs
    record KeyRow(long realm, ApiKey key, byte[] sealedSecret, byte @Nullable [] mac) implements Rows {}

    /// An operator.
    ///
    /// @param seed from which the operator's sealing key is made
    /// @param mac as in [KeyRow]
    record OperatorRow(long realm, Operator operator, byte[] seed, byte @Nullable [] mac) implements Rows {}

    /// A realm.
    ///
    /// @param wrappedKey the realm's keys, wrapped by a master key
    /// @param readable whether the environment is one that there is
    record RealmRow(Realm realm, byte[] wrappedKey, boolean readable) implements Rows {
        /// A row to write.
        public RealmRow(Realm realm, byte[] wrappedKey) {
            this(realm, wrappedKey, true);
        }
    }

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
    /// @param readable whether the subject is one that some version writes; else [#subject] throws
    record RetryRow(
            long realm,
            UUID actor,
            byte[] key,
            byte[] request,
            long seq,
            Instant at,
            Event.Subject subject,
            boolean readable)
            implements Rows {
        /// A row to write.
        public RetryRow(
                long realm, UUID actor, byte[] key, byte[] request, long seq, Instant at, Event.Subject subject) {
            this(realm, actor, key, request, seq, at, subject, true);
        }

        /// What the request was about.
        ///
        /// @throws UnreadableException when the row is not readable
        @Override
        public Event.Subject subject() {
            if (!readable) {
                throw new UnreadableException("answer", subject.id().toString());
            }
            return subject;
        }
    }

    /// A signed statement of where a realm's journal stood.
    record CheckpointRow(long realm, long seq, byte[] head, Instant at, String line) implements Rows {}

    /// An operator's session in the console.
    ///
    /// @param tokenHash SHA-256 of what the browser holds
    /// @param generation the operator's when it began
    /// @param mac over all but `seenAt`; null in a row that was not written by this version
    record SessionRow(
            long realm,
            byte[] tokenHash,
            UUID operator,
            long generation,
            Instant begunAt,
            Instant seenAt,
            byte @Nullable [] mac)
            implements Rows {}

    /// A family of refresh tokens that goes on. When a family ends, its row is deleted.
    ///
    /// @param spent the refresh tokens up to this number are used up; 0 while none is
    /// @param endsAt when the last refresh token that was issued expires
    /// @param mac over all of it
    record TokenFamilyRow(long realm, UUID id, long spent, Instant endsAt, byte @Nullable [] mac) implements Rows {}

    /// What the last walk along a realm's journal found.
    ///
    /// @param head the hash of the last entry that it saw, 64 hexadecimal digits
    /// @param firstBad the first entry that does not fit; null when all do, as is `reason`
    record VerificationRow(
            long realm,
            Instant at,
            long entries,
            String head,
            @Nullable Long firstBad,
            @Nullable String reason) implements Rows {}

    /// What the last batch of a day left.
    ///
    /// @param day since 1970, in UTC
    /// @param number and `counters` as in [BatchRow]
    /// @param readable whether the counters can be read; else they are all zero
    record DayEndRow(long realm, long day, long number, Counters counters, boolean readable) implements Rows {
        /// A row to write.
        public DayEndRow(long realm, long day, long number, Counters counters) {
            this(realm, day, number, counters, true);
        }
    }

    /// A group. Its `members` are stored as they are given.
    ///
    /// @param readable whether each column holds what some version writes; else [#group] throws
    record GroupRow(long realm, Group group, boolean readable) implements Rows {
        /// A row to write.
        public GroupRow(long realm, Group group) {
            this(realm, group, true);
        }

        /// The group.
        ///
        /// @throws UnreadableException when the row is not readable
        @Override
        public Group group() {
            if (!readable) {
                throw unreadable();
            }
            return group;
        }

        /// The group's id, also of a row that is not readable.
        public UUID id() {
            return group.id();
        }

        /// The group's name, also of a row that is not readable.
        public String name() {
            return group.name();
        }

        /// Why a row that is not readable cannot be used.
        public UnreadableException unreadable() {
            return new UnreadableException("group", id().toString());
        }
    }

    /// A policy. Its `users` and `groups` are stored as they are given.
    ///
    /// @param readable whether each column holds what some version writes; else [#policy] throws
    record PolicyRow(long realm, Policy policy, boolean readable) implements Rows {
        /// A row to write.
        public PolicyRow(long realm, Policy policy) {
            this(realm, policy, true);
        }

        /// The policy.
        ///
        /// @throws UnreadableException when the row is not readable
        @Override
        public Policy policy() {
            if (!readable) {
                throw unreadable();
            }
            return policy;
        }

        /// The policy's id, also of a row that is not readable.
        public UUID id() {
            return policy.id();
        }

        /// The policy's name, also of a row that is not readable.
        public String name() {
            return policy.name();
        }

        /// Why a row that is not readable cannot be used.
        public UnreadableException unreadable() {
            return new UnreadableException("policy", id().toString());
        }
    }

    /// That a group or a policy was deleted. Its row stays, unseen, until upkeep has taken away all that hangs on it.
    record DeletedRow(long realm, UUID id, Instant at) implements Rows {}

    /// That a user is in a group.
    ///
    /// @param number the user's, which never changes: members are listed in its order
    /// @param counts false while the user is removed
    record MembershipRow(long realm, UUID user, long number, UUID group, boolean counts) implements Rows {}

    /// That a policy is assigned to a user themselves.
    ///
    /// @param number the user's
    /// @param counts false while the user is removed
    record AssignmentRow(long realm, UUID user, long number, UUID policy, boolean counts) implements Rows {}

    /// That a policy is assigned to a group.
    record GroupAssignmentRow(long realm, UUID policy, UUID group) implements Rows {}

    /// Whether all memberships and assignments of a user count from now on.
    record CountingRow(long realm, UUID user, boolean counts) implements Rows {}

    /// That the jobs that were submitted under a name are a user's, who has that name now.
    ///
    /// @param print the keyed fingerprint of the name
    record ClaimRow(long realm, byte[] print, UUID user) implements Rows {}

    /// A name under which jobs without a user were submitted.
    record JobNameRow(long realm, byte[] print) implements Rows {}

    /// What the key of a job follows from. See [JobRow].
    record JobSealRow(
            UUID id,
            @Nullable UUID user,
            byte @Nullable [] seed,
            boolean realmKey,
            @Nullable Instant erasedAt) implements Rows {}

    /// That a user was erased.
    record ErasedRow(long realm, UUID user) implements Rows {}

    /// A signature that a request came with.
    ///
    /// @param signature the first 16 bytes of its SHA-256
    /// @param request the first 16 bytes of the SHA-256 of the request that it was first seen with
    record SignatureRow(long realm, byte[] signature, byte[] request, Instant at) implements Rows {}

    /// Evidence that a job names.
    record EvidenceRef(long realm, UUID job, UUID evidence) implements Rows {}

    /// A job, flat. What of it may tell of a person is in `sealed`.
    ///
    /// @param id its row's; a lapsed reservation that is replaced keeps it
    /// @param number counts the realm's jobs; stored as it is given, and unique among those that were submitted
    /// @param user null where the user is not known here
    /// @param submittedAt null while it is only reserved
    /// @param token the keyed hash of what opens the reservation; null without one: `tokenUntil` and `tokenBy` too
    /// @param outcome not null if and only if `stage` is `JUDGED`
    /// @param evidence null for none; then size, hash and time mean nothing
    /// @param evidenceUntil when it is taken away; storage sets it to the epoch when its user is erased
    /// @param sealed null once it or its user is erased
    /// @param seed of its own key; null once it or its user is erased, and for older jobs
    /// @param realmKey whether the key of the realm sealed it, although it has a user
    /// @param userPrint the fingerprint of the name in it; null once it has a user
    /// @param erasedAt when it was erased by itself
    /// @param readable whether each column holds what some version writes; else only realm, ids, number and user
    ///     mean anything
    record JobRow(
            long realm,
            UUID id,
            String jobId,
            long number,
            JobType type,
            @Nullable UUID user,
            boolean permitted,
            Stage stage,
            @Nullable Instant submittedAt,
            @Nullable HoldKind heldBy,
            @Nullable Digest token,
            @Nullable Instant tokenUntil,
            @Nullable ActorRef tokenBy,
            @Nullable Outcome given,
            @Nullable BigDecimal confidence,
            @Nullable Outcome outcome,
            @Nullable String reason,
            @Nullable Instant judgedAt,
            Review review,
            @Nullable ActorRef reviewedBy,
            @Nullable Instant reviewedAt,
            @Nullable UUID evidence,
            long evidenceSize,
            @Nullable Digest evidenceSha256,
            @Nullable Instant evidenceUntil,
            byte @Nullable [] sealed,
            byte @Nullable [] seed,
            boolean realmKey,
            byte @Nullable [] userPrint,
            @Nullable Instant erasedAt,
            boolean readable)
            implements Rows {
        public JobRow {
            if (outcome != null != (stage == Stage.JUDGED)) {
                throw new IllegalArgumentException("a job in stage " + stage + " with outcome " + outcome);
            }
        }

        /// Why a row that is not readable cannot be used.
        public UnreadableException unreadable() {
            return new UnreadableException("job", id.toString());
        }

        /// What its key follows from.
        public JobSealRow seal() {
            return new JobSealRow(id, user, seed, realmKey, erasedAt);
        }

        /// A row in the making: a job that awaits its verdict, with nothing else known.
        public static final class Draft {
            private final long realm;
            private final UUID id;
            private final String jobId;
            private final long number;
            private final JobType type;

            public @Nullable UUID user;
            public boolean permitted;
            public Stage stage = Stage.AWAITING;
            public @Nullable Instant submittedAt;
            public @Nullable HoldKind heldBy;
            public @Nullable Digest token;
            public @Nullable Instant tokenUntil;
            public @Nullable ActorRef tokenBy;
            public @Nullable Outcome given;
            public @Nullable BigDecimal confidence;
            public @Nullable Outcome outcome;
            public @Nullable String reason;
            public @Nullable Instant judgedAt;
            public Review review = Review.NONE;
            public @Nullable ActorRef reviewedBy;
            public @Nullable Instant reviewedAt;
            public @Nullable UUID evidence;
            public long evidenceSize;
            public @Nullable Digest evidenceSha256;
            public @Nullable Instant evidenceUntil;
            public byte @Nullable [] sealed;
            public byte @Nullable [] seed;
            public boolean realmKey;
            public byte @Nullable [] userPrint;
            public @Nullable Instant erasedAt;
            public boolean readable = true;

            public Draft(long realm, UUID id, String jobId, long number, JobType type) {
                this.realm = realm;
                this.id = id;
                this.jobId = jobId;
                this.number = number;
                this.type = type;
            }

            public JobRow build() {
                return new JobRow(
                        realm,
                        id,
                        jobId,
                        number,
                        type,
                        user,
                        permitted,
                        stage,
                        submittedAt,
                        heldBy,
                        token,
                        tokenUntil,
                        tokenBy,
                        given,
                        confidence,
                        outcome,
                        reason,
                        judgedAt,
                        review,
                        reviewedBy,
                        reviewedAt,
                        evidence,
                        evidenceSize,
                        evidenceSha256,
                        evidenceUntil,
                        sealed,
                        seed,
                        realmKey,
                        userPrint,
                        erasedAt,
                        readable);
            }
        }

        /// How far it has come.
        public enum Stage {
            RESERVED,
            AWAITING,
            JUDGED
        }

        /// Whether somebody has to look at it.
        public enum Review implements Coded {
            NONE(0),
            OPEN(1),
            CLOSED(2);

            static final Codes<Review> CODES = new Codes<>(values());

            private final int code;

            Review(int code) {
                this.code = code;
            }

            @Override
            public int code() {
                return code;
            }
        }
    }
}
