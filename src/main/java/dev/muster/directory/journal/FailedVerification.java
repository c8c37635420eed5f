package dev.muster.directory.journal;

import dev.muster.model.Event;
import dev.muster.sealing.Checkpoint;
import dev.muster.storage.Database;
import dev.muster.storage.JournalTables.CheckpointRow;
import dev.muster.storage.JournalTables.JournalRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/// Explains a verification that has failed: names the signed checkpoints that contradict the journal, and the journal's
/// entries which record that the database had lost others.
public final class FailedVerification {
    /// How many entries are named.
    private static final int MAX_REWINDS_LISTED = 3;

    /// Later than any checkpoint.
    private static final Instant MAX_TIME = Instant.parse("9999-12-31T23:59:59Z");

    /// How many checkpoints of each source are compared.
    private static final int COMPARED = 1_000;

    private final Database database;
    private final long realm;
    private final ContradictingCheckpoints contradicting = new ContradictingCheckpoints();

    private FailedVerification(Database database, long realm) {
        this.database = database;
        this.realm = realm;
    }

    /// Returns the result with an explanation, if checkpoints contradict the journal where it is invalid or later. Each
    /// list of names is limited.
    public static ChainVerification explain(
            ChainVerification found, Database database, CheckpointFolder folder, long realm) throws IOException {
        Long from = found.firstBad();
        if (from == null) {
            return found;
        }
        FailedVerification failed = new FailedVerification(database, realm);
        failed.lines(folder, from);
        failed.rows(from);
        return failed.contradicting.isEmpty()
                ? found
                : found.because(found.reason() + failed.contradicting.sentence() + failed.rewinds());
    }

    private String rewinds() {
        JournalPart part = JournalPart.of(
                (before, length) -> database.read(
                        reads -> reads.journal().history(realm, Event.Subject.THE_REALM.id(), before, length)),
                Long.MAX_VALUE,
                row -> row.action().equals(Event.Action.JOURNAL_REWOUND.wireName()),
                MAX_REWINDS_LISTED);
        return part.found().stream()
                .map(row ->
                        " Entry " + row.seq() + " (" + row.action() + ") records which entries the database had lost.")
                .collect(Collectors.joining());
    }

    private void lines(CheckpointFolder folder, long from) throws IOException {
        try (BufferedReader lines = folder.lines(realm)) {
            if (lines == null) {
                return;
            }
            int number = 0;
            int compared = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                Checkpoint checkpoint = Checkpoint.parseUnverified(line).orElse(null);
                if (checkpoint == null || checkpoint.seq() < from) {
                    continue;
                }
                if (contradicting.hasMore() || ++compared > COMPARED) {
                    return;
                }
                compare(
                        "line " + number + " of the checkpoint folder",
                        checkpoint.seq(),
                        checkpoint.head(),
                        checkpoint.at());
            }
        }
    }

    private void rows(long from) {
        CheckpointRow before = new CheckpointRow(realm, from - 1, new byte[0], MAX_TIME, "");
        for (CheckpointRow row : database.read(reads -> reads.journal().checkpoints(realm, before, COMPARED))) {
            if (contradicting.hasMore()) {
                return;
            }
            compare("a checkpoint in the database", row.seq(), HexFormat.of().formatHex(row.head()), row.at());
        }
    }

    private void compare(String name, long seq, String head, Instant at) {
        List<JournalRow> rows = database.read(reads -> reads.journal().entries(realm, seq - 1, seq, 1));
        if (!rows.isEmpty() && HexFormat.of().formatHex(rows.getFirst().hash()).equals(head)) {
            return;
        }
        contradicting.add(name, seq, at);
    }
}
