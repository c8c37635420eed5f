package dev.muster.directory;

import dev.muster.model.Actor;
import dev.muster.model.Change;
import dev.muster.model.Evidence;
import dev.muster.model.Result;
import java.io.IOException;
import java.io.OutputStream;

/// Takes and gives evidence, a chunk at a time: what is uploaded is sealed and stored while it arrives.
public final class EvidenceFiles {
    /// What is given back of evidence.
    public interface Opened {
        long size();

        /// Writes all of it, a chunk after the other.
        void writeTo(OutputStream out) throws IOException;
    }

    /// Begins to take a file; `Busy` while four others are being taken.
    public Result<Sink> take(long realm) {
        throw new UnsupportedOperationException();
    }

    /// The evidence of a job; `NotFound` when there is none or it is kept no longer. Needs `evidence:read`.
    public Result<Opened> open(Actor actor, long realm, String jobId) {
        throw new UnsupportedOperationException();
    }

    /// The evidence of a job for somebody who has shown that they may see it by other means: a link made for it.
    public Result<Opened> open(long realm, String jobId) {
        throw new UnsupportedOperationException();
    }

    /// Takes one file. Closed without [#settle], what was taken is thrown away.
    public abstract static class Sink extends OutputStream {
        /// Ends the file; it is durable when this returns.
        public abstract Evidence finish();

        /// Keeps the file when `result`, of the command that names it, is a success; throws it away when it was
        /// refused;
        /// leaves that to upkeep when the outcome is unknown.
        public abstract void settle(Result<Change> result);
    }
}
