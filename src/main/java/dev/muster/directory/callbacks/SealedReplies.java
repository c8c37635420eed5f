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

/// Seals what partners' servers answer, since an answer may contain anything. Sealed under the realm's key.
///
/// @param random cryptographically strong
public record SealedReplies(RealmKeys realmKeys, RandomGenerator random) {
    private static final char REPLACEMENT = '\ufffd';

    /// Null for an empty answer.
    byte @Nullable [] seal(long realm, UUID job, long seq, int attempt, byte[] reply) {
        return reply.length == 0
                ? null
                : new Sealer().seal(realmKeys.get(realm).key().own(), place(realm, job, seq, attempt), random, reply);
    }

    /// The answer as text; bytes that are not UTF-8, and U+0000, are replaced. Null if there was none or it cannot
    /// be opened.
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
