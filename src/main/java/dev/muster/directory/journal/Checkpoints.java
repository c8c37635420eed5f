package dev.muster.directory.journal;

import dev.muster.sealing.Checkpoint;
import dev.muster.sealing.CheckpointKey;
import dev.muster.storage.Database;
import dev.muster.storage.JournalTables.CheckpointRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// One realm's checkpoints from this server's folder and database. They are passed to a chain verifier as it proceeds,
/// so that memory use stays constant even for years of checkpoints.
///
/// A checkpoint that was altered, or that does not follow the previous one in the folder, makes the journal invalid,
/// just as an invalid entry does.
public final class Checkpoints implements AutoCloseable {
    private static final int SLICE = 500;

    private final Database database;
    private final CheckpointFolder folder;
    private final String publicKey;
    private final String keyId;
    private final long realm;
    private final @Nullable BufferedReader lines;
    private final Queue<CheckpointRow> rows = new ArrayDeque<>();
    private boolean moreRows = true;
    private @Nullable CheckpointRow lastRead;
    private int lineNumber;
    private @Nullable String previousLine;
    private @Nullable Checkpoint previous;
    private @Nullable String pendingLine;

    private Checkpoints(Database database, CheckpointFolder folder, CheckpointKey key, long realm) throws IOException {
        this.database = database;
        this.folder = folder;
        this.publicKey = key.publicKeyPem();
        this.keyId = key.id();
        this.realm = realm;
        this.lines = folder.lines(realm);
    }

    /// Opens a realm's checkpoints in the database and the folder.
    ///
    /// @param key the key of this server; lines signed with other keys are compared too, but their signatures are
    ///     not checked
    public static Checkpoints of(Database database, CheckpointFolder folder, CheckpointKey key, long realm)
            throws IOException {
        return new Checkpoints(database, folder, key, realm);
    }

    /// Writes the lines in the database in the order of the entries. Returns whether there were any.
    public static boolean copy(Database database, long realm, OutputStream to) throws IOException {
        boolean any = false;
        List<CheckpointRow> slice = List.of();
        do {
            CheckpointRow last = slice.isEmpty() ? null : slice.getLast();
            slice = database.read(reads -> reads.journal().checkpoints(realm, last, SLICE));
            for (CheckpointRow row : slice) {
                to.write((row.line() + "\n").getBytes(StandardCharsets.US_ASCII));
            }
            any |= !slice.isEmpty();
        } while (slice.size() == SLICE);
        return any;
    }

    /// Passes the last checkpoint of each source to the verifier, to detect a journal that was truncated before it.
    public void expectLast(ChainVerifier walk) throws IOException {
        folder.last(realm)
                .map(CheckpointFolder.LastLine::checkpoint)
                .ifPresent(last -> walk.expect(last.seq(), last.head(), "the last line of the checkpoint folder"));
        CheckpointRow last = database.read(reads -> reads.journal().checkpoint(realm));
        if (last != null) {
            walk.expect(last.seq(), HexFormat.of().formatHex(last.head()), "the database's last checkpoint");
        }
    }

    /// Passes all remaining checkpoints for entries up to `seq` to the verifier.
    public void expectUpTo(long seq, ChainVerifier walk) throws IOException {
        expectLines(seq, walk);
        expectRows(seq, walk);
    }

    private void expectLines(long seq, ChainVerifier walk) throws IOException {
        while (lines != null) {
            String line = pendingLine == null ? lines.readLine() : pendingLine;
            pendingLine = null;
            if (line == null) {
                return;
            }
            Checkpoint checkpoint = Checkpoint.parseUnverified(line).orElse(null);
            if (checkpoint != null && checkpoint.seq() > seq) {
                pendingLine = line;
                return;
            }
            lineNumber++;
            String source = "line " + lineNumber + " of the checkpoint folder";
            if (checkpoint == null || checkpoint.realm() != realm || !isSigned(line)) {
                walk.invalid(seq, "About it or an entry before it, " + source + " is not what was signed.");
                return;
            }
            // This comes before the check of the order, because contradictory hashes say more than a wrong order.
            walk.expect(checkpoint.seq(), checkpoint.head(), source);
            if (!follows(checkpoint)) {
                walk.invalid(
                        checkpoint.seq(), "About it, " + source + " does not follow line " + (lineNumber - 1) + ".");
            }
            previousLine = line;
            previous = checkpoint;
        }
    }

    private boolean follows(Checkpoint checkpoint) {
        return previous == null
                || previousLine == null
                || (checkpoint.seq() >= previous.seq()
                        && (checkpoint.previous() == null
                                || checkpoint.previous().equals(Checkpoint.hashOf(previousLine))));
    }

    private void expectRows(long seq, ChainVerifier walk) {
        while (true) {
            if (rows.isEmpty() && moreRows) {
                List<CheckpointRow> slice =
                        database.read(reads -> reads.journal().checkpoints(realm, lastRead, SLICE));
                rows.addAll(slice);
                moreRows = slice.size() == SLICE;
                lastRead = slice.isEmpty() ? lastRead : slice.getLast();
            }
            CheckpointRow row = rows.peek();
            if (row == null || row.seq() > seq) {
                return;
            }
            rows.remove();
            if (!matchesSignedLine(row)) {
                walk.invalid(row.seq(), "The checkpoint about it in the database is not what was signed.");
            }
            walk.expect(row.seq(), HexFormat.of().formatHex(row.head()), "a checkpoint in the database");
        }
    }

    private boolean matchesSignedLine(CheckpointRow row) {
        return isSigned(row.line())
                && Checkpoint.parseUnverified(row.line())
                        .filter(signed -> signed.realm() == realm
                                && signed.seq() == row.seq()
                                && signed.head().equals(HexFormat.of().formatHex(row.head())))
                        .isPresent();
    }

    /// Whether a line is validly signed with this server's key, or signed with a key that cannot be checked here
    /// because it belongs to another server or was replaced.
    private boolean isSigned(String line) {
        String[] parts = line.split(" ", -1);
        return !parts[Math.max(0, parts.length - 2)].equals(keyId)
                || CheckpointKey.verify(publicKey, line).isPresent();
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
        }
    }
}
