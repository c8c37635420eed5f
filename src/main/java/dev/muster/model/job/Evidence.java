package dev.muster.model.job;

import dev.muster.model.value.Digest;
import java.time.Instant;
import java.util.UUID;

/// The file that was uploaded with a job, kept sealed apart from the job.
///
/// @param size its length in bytes, as it was uploaded
/// @param sha256 of the file as it was uploaded
/// @param key what its chunks are sealed with: itself sealed with the job, under the user's key
/// @param keptUntil when upkeep takes it away
public record Evidence(UUID id, long size, Digest sha256, Key key, Instant keptUntil) {
    public boolean isKept(Instant now) {
        return now.isBefore(keptUntil);
    }

    /// 32 secret bytes, which no message shows.
    public record Key(byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key(var theirs) && java.security.MessageDigest.isEqual(bytes, theirs);
        }

        @Override
        public int hashCode() {
            return 0;
        }

        @Override
        public String toString() {
            return "Key";
        }
    }
}
