package dev.muster.security.passkeys;

import com.yubico.webauthn.data.ByteArray;
import dev.muster.model.credential.Operator;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The user handle that a device stores with a passkey: the realm's number and the operator's id, 24 bytes. Because the
/// handle contains the realm, an operator can sign in without typing a tenant or a username.
record UserHandle(long realm, UUID operator) {
    private static final int LENGTH = 24;

    static UserHandle of(long realm, Operator operator) {
        return new UserHandle(realm, operator.id());
    }

    ByteArray bytes() {
        return new ByteArray(ByteBuffer.allocate(LENGTH)
                .putLong(realm)
                .putLong(operator.getMostSignificantBits())
                .putLong(operator.getLeastSignificantBits())
                .array());
    }

    /// Parses a handle; null if the bytes are not one.
    static @Nullable UserHandle of(ByteArray handle) {
        if (handle.size() != LENGTH) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.wrap(handle.getBytes());
        return new UserHandle(bytes.getLong(), new UUID(bytes.getLong(), bytes.getLong()));
    }
}
