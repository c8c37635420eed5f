package dev.muster.directory;

import dev.muster.model.Actor;
import dev.muster.model.Result;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The realm's log of every change, as it is read. Every method needs `journal:read`.
public final class Journal {
    /// Where a realm's journal stands.
    ///
    /// @param head the last entry's hash, 64 hexadecimal digits; of an empty journal, what its first entry follows
    public record Head(long seq, String head) {}

    /// What walking a chain gave.
    ///
    /// @param firstBad the first entry that does not fit; null when all do
    /// @param reason why it does not, a sentence; null when all do
    public record Verification(
            boolean valid,
            long entries,
            String head,
            @Nullable Long firstBad,
            @Nullable String reason) {}

    /// Takes the export, a line at a time.
    public interface Lines {
        void line(byte[] json) throws IOException;
    }

    /// A part of the journal. A part may be shorter than asked for, also empty, and yet have one that follows: a part
    /// looks at 10,000 entries at the most. The total is that of all entries, whatever the filters.
    public Result<Page<JournalEntry>> page(Actor actor, long realm, JournalQuery query) {
        throw new UnsupportedOperationException("not yet");
    }

    public Result<Head> head(Actor actor, long realm) {
        throw new UnsupportedOperationException("not yet");
    }

    /// Walks the whole chain.
    public Result<Verification> verify(Actor actor, long realm) {
        throw new UnsupportedOperationException("not yet");
    }

    /// Gives every entry, in order, as one line of JSON: verbatim bytes in Base64 and the hash, verifiable without the
    /// server, and beside them what they say.
    public Result<Head> export(Actor actor, long realm, Lines lines) throws IOException {
        throw new UnsupportedOperationException("not yet");
    }
}
