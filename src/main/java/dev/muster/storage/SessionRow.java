package dev.muster.storage;

import dev.muster.model.credential.SignInMethod;
import dev.muster.storage.sql.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A console session of an operator.
///
/// @param tokenHash the SHA-256 hash of the browser's token
/// @param id an id of the session, used where its token must not be shown
/// @param generation the operator's generation when the session began
/// @param provenAt when the operator last proved their identity, using `provenBy`
/// @param address the client's address when the session began
/// @param browser a short description of the browser in which the session began
/// @param mac the MAC over all fields except `seenAt`; null if the row is invalid or was written by an earlier version
public record SessionRow(
        long realm,
        byte[] tokenHash,
        UUID id,
        UUID operator,
        long generation,
        Instant begunAt,
        Instant seenAt,
        Instant provenAt,
        SignInMethod provenBy,
        String address,
        String browser,
        byte @Nullable [] mac)
        implements MacRow<SessionRow> {
    @Override
    public SessionRow withMac(byte[] next) {
        return new SessionRow(
                realm,
                tokenHash,
                id,
                operator,
                generation,
                begunAt,
                seenAt,
                provenAt,
                provenBy,
                address,
                browser,
                next);
    }

    /// Reads a row. A row written by an earlier version contains nulls, and is therefore read without its MAC.
    static SessionRow read(Row row) throws SQLException {
        long realm = row.number();
        byte[] tokenHash = row.bytes();
        UUID id = row.uuidOrNull();
        UUID operator = row.uuid();
        long generation = row.number();
        Instant begunAt = row.instant();
        Instant seenAt = row.instant();
        Instant provenAt = row.instant();
        SignInMethod provenBy = row.coded(SignInMethod.CODES);
        String address = row.textOrNull();
        String browser = row.textOrNull();
        byte[] mac = row.bytesOrNull();
        return new SessionRow(
                realm,
                tokenHash,
                id == null ? row.altered(new UUID(0, 0)) : id,
                operator,
                generation,
                begunAt,
                seenAt,
                provenAt,
                provenBy,
                address == null ? row.altered("") : address,
                browser == null ? row.altered("") : browser,
                row.isAltered() ? null : mac);
    }
}
