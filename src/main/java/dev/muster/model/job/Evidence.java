package dev.muster.model.job;

import dev.muster.model.value.Digest;
import java.time.Instant;
import java.util.UUID;

/// The file uploaded with a job, sealed and stored separately from the job.
///
/// @param size the length of the file in bytes before sealing
/// @param sha256 the hash of the file before sealing
/// @param key the key with which its chunks are sealed; the key itself is sealed with the job's details
/// @param keptUntil the time from which the cleanup may delete it
public record Evidence(UUID id, long size, Digest sha256, Key key, Instant keptUntil) {
    public boolean isKept(Instant now) {
        return now.isBefore(keptUntil);
    }

    /// Returns a copy that is no longer readable and due to be deleted.
    public Evidence closed() {
        return new Evidence(id, size, sha256, Key.NONE, Instant.EPOCH);
    }

    /// A 32-byte secret that never appears in messages.
    public record Key(byte[] bytes) {
        /// Used in place of a key that is unknown or has been destroyed.
        public static final Key NONE = new Key(new byte[0]);

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
