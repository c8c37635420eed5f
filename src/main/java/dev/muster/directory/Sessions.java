package dev.muster.directory;

import dev.muster.directory.keys.LocalWriteMemory;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.credential.Operator;
import dev.muster.model.value.Digest;
import dev.muster.storage.ChoreStore;
import dev.muster.storage.CredentialTables.SessionRow;
import dev.muster.storage.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The console sessions of operators. A session ends [#IDLE] after it was last seen, [#LONGEST] after it
/// began, on sign-out, and when its operator gets a new password or is disabled or deleted; callers check the
/// latter by comparing generations.
///
/// Only the SHA-256 of a token is stored. A row without a valid MAC is treated as missing; see
/// [CredentialMacs]. Methods throw [dev.muster.storage.sql.StorageException] if storage does not answer;
/// nobody is signed in then.
public final class Sessions {
    public static final Duration IDLE = Duration.ofMinutes(30);
    public static final Duration LONGEST = Duration.ofHours(12);

    /// Limits how often `seenAt` is written, so that most requests only read.
    private static final Duration NOTED_EVERY = Duration.ofMinutes(1);

    private static final int TOKEN_BYTES = 32;

    private final Database database;
    private final ChoreStore storage;
    private final RealmKeys realmKeys;
    private final ReadClock now;
    private final RandomGenerator random;

    /// Sessions ended by this server.
    private final LocalWriteMemory<SessionId, Boolean> ended = new LocalWriteMemory<>(LocalWriteMemory.USUAL);

    private record SessionId(long realm, Digest tokenHash) {}

    Sessions(Database database, ChoreStore storage, RealmKeys realmKeys, ReadClock now, RandomGenerator random) {
        this.database = database;
        this.storage = storage;
        this.realmKeys = realmKeys;
        this.now = now;
        this.random = random;
    }

    /// A session that has not ended.
    ///
    /// @param generation its operator's generation when it began
    public record Session(UUID operator, long generation, Instant begunAt) {}

    /// Starts a session.
    ///
    /// @return its token, 32 bytes
    public byte[] begin(long realm, Operator operator) {
        byte[] token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        Instant at = now.instant();
        storage.begin(realmKeys
                .get(realm)
                .macs()
                .sealed(new SessionRow(
                        realm, Digest.sha256(token).bytes(), operator.id(), operator.generation(), at, at, null)));
        return token;
    }

    /// The session with that token, or null if there is none or it has ended. Marks it as seen.
    public @Nullable Session find(long realm, byte[] token) {
        byte[] hash = Digest.sha256(token).bytes();
        SessionRow row = database.read(reads -> reads.credentials().session(realm, hash));
        Instant at = now.instant();
        if (row == null
                || !at.isBefore(row.seenAt().plus(IDLE))
                || !at.isBefore(row.begunAt().plus(LONGEST))
                || !realmKeys.get(realm).macs().obeyed(row)) {
            return null;
        }
        if (ended.find(new SessionId(realm, new Digest(hash))) != null) {
            realmKeys.get(realm).macs().putBack(row);
            return null;
        }
        if (!at.isBefore(row.seenAt().plus(NOTED_EVERY))) {
            storage.seen(realm, hash, at);
        }
        return new Session(row.operator(), row.generation(), row.begunAt());
    }

    /// Ends a session. Idempotent. If someone restores its row, this server still rejects it while it runs
    /// and has not ended [LocalWriteMemory#USUAL] others since.
    public void end(long realm, byte[] token) {
        Digest hash = Digest.sha256(token);
        storage.end(realm, hash.bytes());
        ended.note(new SessionId(realm, hash), true);
    }

    /// Ends all sessions of an operator.
    public void endAll(long realm, UUID operator) {
        storage.endAll(realm, operator);
    }
}
