package dev.muster.directory.callbacks;

import dev.muster.directory.keys.RealmKeys;
import dev.muster.directory.keys.Unreadable;
import dev.muster.sealing.Sealer;
import dev.muster.sealing.SealingContext;
import dev.muster.sealing.TamperedException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Seals the responses of partners' servers with the realm's key, because they may contain anything.
///
/// @param random a cryptographically secure source
public record SealedReplies(RealmKeys realmKeys, RandomGenerator random) {
    private static final char REPLACEMENT = '\ufffd';

    /// Seals a response. Returns null if it is empty.
    byte @Nullable [] seal(long realm, UUID job, long seq, int attempt, byte[] reply) {
        return reply.length == 0
                ? null
                : new Sealer().seal(realmKeys.get(realm).key().own(), place(realm, job, seq, attempt), random, reply);
    }

    /// Returns the response as a string; null if there was no response or it cannot be unsealed. Bytes that are not
    /// UTF-8, and U+0000, are replaced.
    public @Nullable String open(long realm, UUID job, long seq, int attempt, byte @Nullable [] sealed) {
        if (sealed == null) {
            return null;
        }
        try {
            byte[] reply = new Sealer().open(realmKeys.get(realm).key().own(), place(realm, job, seq, attempt), sealed);
            return new String(reply, StandardCharsets.UTF_8).replace('\0', REPLACEMENT);
        } catch (TamperedException e) {
            Unreadable.report(realm, "a reply about job", job, e);
            return null;
        }
    }

    private static SealingContext place(long realm, UUID job, long seq, int attempt) {
        return new SealingContext.Column(realm, job, "callback_attempt/" + seq + "/" + attempt);
    }
}
