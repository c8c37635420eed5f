package dev.muster.directory;

import dev.muster.directory.journal.Origin;
import dev.muster.directory.keys.LocalWriteMemory;
import dev.muster.directory.keys.ReadClock;
import dev.muster.directory.keys.RealmKeys;
import dev.muster.model.Result;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.SignInMethod;
import dev.muster.model.value.Digest;
import dev.muster.storage.ChoreStore;
import dev.muster.storage.Database;
import dev.muster.storage.SessionRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The console sessions of operators. A session ends [#IDLE_TIMEOUT] after it was last used, [#MAX_LIFETIME] after it
/// began, and on sign-out. It also ends when its operator gets a new password, is signed out everywhere, disabled or
/// deleted; callers detect these changes by comparing generations.
///
/// Only the SHA-256 of a token is stored. A row without a valid MAC is treated as missing; see [CredentialMacs].
/// Methods throw [dev.muster.storage.sql.StorageException] if storage is unavailable, so that no session is accepted
/// while it is.
public final class Sessions {
    public static final Duration IDLE_TIMEOUT = Duration.ofMinutes(30);
    public static final Duration MAX_LIFETIME = Duration.ofHours(12);

    /// How long the row of a session is kept after the session was last used, so that a form that is sent after the
    /// session has ended can still be matched to its operator.
    public static final Duration RETENTION = Duration.ofHours(24);

    /// The minimum interval between two writes of `seenAt`, so that most requests only read.
    private static final Duration LAST_SEEN_INTERVAL = Duration.ofMinutes(1);

    /// The maximum number of sessions that are listed for an operator.
    private static final int MAX_LISTED = 200;

    private static final int TOKEN_BYTES = 32;

    private final Database database;
    private final ChoreStore storage;
    private final RealmKeys realmKeys;
    private final ReadClock now;
    private final RandomGenerator random;
    private final SignIns signIns;

    /// The sessions that this server has ended.
    private final LocalWriteMemory<SessionId, Boolean> ended =
            new LocalWriteMemory<>(LocalWriteMemory.DEFAULT_CAPACITY);

    private record SessionId(long realm, Digest tokenHash) {}

    Sessions(
            Database database,
            ChoreStore storage,
            RealmKeys realmKeys,
            ReadClock now,
            RandomGenerator random,
            SignIns signIns) {
        this.database = database;
        this.storage = storage;
        this.realmKeys = realmKeys;
        this.now = now;
        this.random = random;
        this.signIns = signIns;
    }

    /// A successful sign-in.
    ///
    /// @param provenAt when the operator proved their identity, if that was earlier; null if it was just now
    /// @param address the client's address
    /// @param browser a short description of the browser, such as `Firefox on Linux`
    /// @param origin the origin of the request, as recorded in the journal
    public record SignIn(
            SignInMethod method, @Nullable Instant provenAt, String address, String browser, Origin origin) {
        /// Creates a sign-in of an operator who has just proved their identity.
        public SignIn(SignInMethod method, String address, String browser, Origin origin) {
            this(method, null, address, browser, origin);
        }
    }

    /// A session.
    ///
    /// @param id the id of the session in lists; the token is never shown
    /// @param generation the operator's generation when the session began
    /// @param seenAt when the session was last used, to within about a minute
    /// @param provenAt when the operator last proved their identity, using `provenBy`
    /// @param address the client's address when the session began
    /// @param browser a short description of the browser in which it began
    public record Session(
            UUID id,
            UUID operator,
            long generation,
            Instant begunAt,
            Instant seenAt,
            Instant provenAt,
            SignInMethod provenBy,
            String address,
            String browser) {}

    /// Starts a session for an operator who has just proved their identity, and records the sign-in in the journal.
    /// Refuses: whatever [Directory#execute] refuses; Unauthenticated if the operator has been disabled or deleted
    /// in the meantime.
    ///
    /// @return the token of the session, 32 bytes
    public Result<byte[]> begin(long realm, Operator operator, SignIn signIn) {
        return signIns.journal(realm, operator, signIn.method, signIn.address, signIn.origin)
                .map(_ -> begun(realm, operator, signIn));
    }

    private byte[] begun(long realm, Operator operator, SignIn signIn) {
        byte[] token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        Instant at = now.instant();
        storage.begin(realmKeys
                .get(realm)
                .macs()
                .sealed(new SessionRow(
                        realm,
                        Digest.sha256(token).bytes(),
                        new UUID(random.nextLong(), random.nextLong()),
                        operator.id(),
                        operator.generation(),
                        at,
                        at,
                        Objects.requireNonNullElse(signIn.provenAt, at),
                        signIn.method,
                        signIn.address,
                        signIn.browser,
                        null)));
        return token;
    }

    /// Returns the session with this token and records that it was used; null if there is none or it has ended.
    public @Nullable Session find(long realm, byte[] token) {
        SessionRow row = genuine(realm, token);
        Instant at = now.instant();
        if (row == null || isOver(row, at)) {
            return null;
        }
        if (!at.isBefore(row.seenAt().plus(LAST_SEEN_INTERVAL))) {
            storage.seen(realm, row.tokenHash(), at);
        }
        return session(row);
    }

    /// Returns the session with this token even if it has timed out; null if it was ended. This must not be used
    /// for authentication.
    public @Nullable Session findOver(long realm, byte[] token) {
        SessionRow row = genuine(realm, token);
        return row == null ? null : session(row);
    }

    private @Nullable SessionRow genuine(long realm, byte[] token) {
        byte[] hash = Digest.sha256(token).bytes();
        SessionRow row = database.read(reads -> reads.credentials().session(realm, hash));
        if (row == null || !realmKeys.get(realm).macs().isAuthentic(row)) {
            return null;
        }
        if (ended.find(new SessionId(realm, new Digest(hash))) != null) {
            realmKeys.get(realm).macs().putBack(row);
            return null;
        }
        return row;
    }

    private static boolean isOver(SessionRow row, Instant at) {
        return !at.isBefore(row.seenAt().plus(IDLE_TIMEOUT))
                || !at.isBefore(row.begunAt().plus(MAX_LIFETIME));
    }

    private static Session session(SessionRow row) {
        return new Session(
                row.id(),
                row.operator(),
                row.generation(),
                row.begunAt(),
                row.seenAt(),
                row.provenAt(),
                row.provenBy(),
                row.address(),
                row.browser());
    }

    /// Records that the operator of a session has just proved their identity again. Does nothing if the
    /// session has ended.
    public void recordProof(long realm, byte[] token, SignInMethod method) {
        SessionRow row = genuine(realm, token);
        if (row != null) {
            storage.recordProof(realmKeys
                    .get(realm)
                    .macs()
                    .sealed(new SessionRow(
                            realm,
                            row.tokenHash(),
                            row.id(),
                            row.operator(),
                            row.generation(),
                            row.begunAt(),
                            row.seenAt(),
                            now.instant(),
                            method,
                            row.address(),
                            row.browser(),
                            null)));
        }
    }

    /// Returns an operator's sessions that have not ended, newest first, up to a limit.
    public List<Session> of(long realm, Operator operator) {
        return rows(realm, operator.id()).stream()
                .filter(row -> row.generation() == operator.generation())
                .map(Sessions::session)
                .toList();
    }

    private List<SessionRow> rows(long realm, UUID operator) {
        Instant at = now.instant();
        return database.read(reads -> reads.credentials().sessions(realm, operator, MAX_LISTED)).stream()
                .filter(row -> !isOver(row, at) && realmKeys.get(realm).macs().isAuthentic(row))
                .toList();
    }

    /// Ends a session. Idempotent. If someone restores the row of the session, this server still rejects it until
    /// it restarts or has ended [LocalWriteMemory#DEFAULT_CAPACITY] more sessions.
    public void end(long realm, byte[] token) {
        end(realm, Digest.sha256(token));
    }

    /// Like [#end(long, byte\[\])], but identifies the session by its operator and id.
    ///
    /// @return whether there was such a session
    public boolean end(long realm, UUID operator, UUID session) {
        for (SessionRow row : rows(realm, operator)) {
            if (row.id().equals(session)) {
                end(realm, new Digest(row.tokenHash()));
                return true;
            }
        }
        return false;
    }

    private void end(long realm, Digest hash) {
        storage.end(realm, hash.bytes());
        ended.note(new SessionId(realm, hash), true);
    }

    /// Ends all sessions of an operator.
    public void endAll(long realm, UUID operator) {
        storage.endAll(realm, operator);
    }
}
